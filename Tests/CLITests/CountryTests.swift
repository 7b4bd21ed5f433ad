// Another city or country set up by commands alone: its units, its procedures, its workflows.

import Foundation
import Testing

@Suite struct CountryTests {
  private static let units = """
    code,name,tier,parent_code,department,agency_code,from
    ST,Republic,state,,,ST,2000-01-01
    ST/registry,State Registry,state,ST,registry,ST.REG,2000-01-01
    M1,Springfield,municipality,ST,,M1,2000-01-01
    M2,Shelbyville,municipality,ST,,,2000-01-01

    """

  /// The examples of docs/workflow.md, by their names.
  private static func examples() throws -> [String: String] {
    let page = try String(contentsOf: repository.appending(path: "docs/workflow.md"), encoding: .utf8)
    var found: [String: String] = [:]
    for block in page.components(separatedBy: "\n```yaml\n# ").dropFirst() {
      let text = block.components(separatedBy: "\n```")[0]
      found[String(text.prefix { $0 != "\n" })] = "# " + text + "\n"
    }
    return found
  }

  @Test func aRepublicReceivesItsFirstDossier() async throws {
    let files = try Scratch()
    defer { files.remove() }
    for (name, text) in try Self.examples() { _ = try files.file(name, text) }
    let units = try files.file("units.csv", Self.units)
    let allotment = files["allotment.yaml"].path(percentEncoded: false)
    let shop = try await TestShop(procedures: ["1.001193"])
    let early = try await shop.motcua("workflow", "check", allotment)
    #expect(early.status == 65 && early.out.contains("motcua unit load FILE.csv"), "\(early.out)")
    let beside = try await shop.motcua("workflow", "check", "--units", units, allotment)
    #expect(beside.status == 0, "\(beside.out)\(beside.err)")
    let catalogue = "code,name,tiers\nA-17,Allotment garden,municipality\n"
    let tooEarly = try await shop.motcua("procedure", "load", "-", input: catalogue)
    #expect(tooEarly.status == 65 && tooEarly.err.contains("(stdin):2: skipped: A-17: there is no tier"))

    let dry = try await shop.motcua("unit", "load", "--dry-run", units)
    #expect(dry.out == "Sound: 4 new units, 0 ended, 0 there already; nothing was written.\n", "\(dry.err)")
    #expect(try await shop.value("SELECT count(*) FROM motcua.unit WHERE code LIKE 'M_'") == "0")
    let loaded = try await shop.motcua("unit", "load", units)
    #expect(loaded.out == "4 new units, 0 ended, 0 there already.\n", "\(loaded.err)")
    #expect(try await shop.motcua("unit", "load", units).out == "0 new units, 0 ended, 4 there already.\n")
    let shown = try await shop.motcua("unit", "show", "M2", "--format", "json")
    #expect(shown.out.contains("\"agency_code\":\"M2\""), "\(shown.out)")

    let known = try await shop.motcua("procedure", "load", "-", input: catalogue)
    #expect(known.status == 0 && known.err.contains("workflow publish"), "\(known.err)")
    #expect(try await shop.motcua("workflow", "check", allotment).status == 0)
    let published = try await shop.motcua("workflow", "publish", allotment)
    #expect(published.status == 0, "\(published.out)\(published.err)")
    try await Self.aPublishedVersionIsReadAsStored(shop)
    _ = try await shop.motcua("staff", "add", "ann", "--name", "Ann Ames", "--unit", "M1", "--role", "desk")
    _ = try await shop.motcua(
      "staff", "add", "bob", "--name", "Bob Bell", "--unit", "ST/registry", "--role", "expert")
    let received = try await shop.motcua(
      "intake", "receive", "--procedure", "A-17", "--unit", "M1", "--name", "Carl Cook", as: "ann")
    #expect(received.status == 0 && received.out.contains("M1-"), "\(received.err)")
    // Roles are called as the country's own file calls them.
    let sheet = try await shop.motcua("dossier", "show", "0001", as: "ann")
    #expect(sheet.out.contains("Springfield, front desk"), "\(sheet.out)")
    #expect(try await shop.motcua("staff", "list").out.contains("front desk, Springfield"))
    let other = try await shop.motcua("dossier", "advance", "0001", "grant", as: "ann")
    #expect(other.err.contains("(front desk, Springfield)"), "\(other.err)")
    #expect(try await shop.motcua("dossier", "advance", "0001", "pass-on", as: "ann").status == 0)
    #expect(try await shop.motcua("dossier", "take", "0001", as: "bob").status == 0)
    #expect(try await shop.motcua("doctor").status == 0)
  }

  /// No file is beside it, and what the program carries is no part of it.
  private static func aPublishedVersionIsReadAsStored(_ shop: TestShop) async throws {
    let shown = try await shop.motcua("workflow", "show", "A-17")
    #expect(shown.out.contains("pass-on") && shown.out.contains("front desk"), "\(shown.out)\(shown.err)")
    #expect(!shown.out.contains("remark") && shown.err.contains("--common"), "\(shown.out)\(shown.err)")
    let whole = try await shop.motcua("workflow", "show", "A-17", "--common")
    #expect(whole.out.contains("remark") && !whole.err.contains("--common"), "\(whole.err)")
    let drawn = try await shop.motcua("workflow", "diagram", "A-17", "--dot")
    #expect(drawn.status == 0, "\(drawn.err)")
    for name in ["Pass on", "front desk", "State Registry"] { #expect(drawn.out.contains(name), "\(name)") }
    #expect(!drawn.out.contains("Ask for a correction"))
    let common = try await shop.motcua("workflow", "diagram", "A-17", "--dot", "--common")
    #expect(common.out.contains("Ask for a correction"))
  }

  @Test(arguments: [
    ("X1,,state,,,,", "(stdin):2", "name is empty"),
    ("X1,A,Staat,,,,", "(stdin):2", "a tier's code is of small letters"),
    ("X1,A,state,NONE,,,", "(stdin):2", "neither in the database nor on a line before"),
    ("X1,A,state,,,,\nX1,B,state,,,,", "(stdin):3", "stands there twice"),
    ("X1,A,state,,,,\nX2,B,town,X1,office,,", "(stdin):3", "a unit of its own tier"),
    ("X1,A,state,,,,2000-02-30", "(stdin):2", "not a day that exists"),
    ("X 1,A,state,,,,", "(stdin):2", "must be of letters"),
    ("X-1,A,state,,,,", "(stdin):2", "agency_code"),
    ("01,Elsewhere,city,,,,", "(stdin):2", "never overwritten"),
  ])
  func aBadLineIsNamedAndNothingIsWritten(lines: String, place: String, said: String) async throws {
    let shop = try await TestShop.shared()
    let before = try await shop.value("SELECT count(*) FROM motcua.unit")
    let good = "\nY\(lines.utf8.count),Good,state,,,,\n"
    let answer = try await shop.motcua(
      "unit", "load", "-", input: "code,name,tier,parent_code,department,agency_code,from\n" + lines + good)
    #expect(answer.status == 65 && answer.err.contains(place) && answer.err.contains(said), "\(answer.err)")
    #expect(try await shop.value("SELECT count(*) FROM motcua.unit") == before)
  }

  @Test func aUnitIsEndedNotOverwritten() async throws {
    let shop = try await TestShop(procedures: ["1.001193"])
    let head = "code,name,tier,parent_code,to\n"
    let name = try await shop.value("SELECT name FROM motcua.unit WHERE code = '001'")
    let ended = try await shop.motcua(
      "unit", "load", "-", input: head + "001,\(name),district,01,2025-07-01\n")
    #expect(ended.out == "0 new units, 1 ended, 1 there already.\n", "\(ended.err)")
    #expect(try await shop.value("SELECT valid_to FROM motcua.unit WHERE code = '001'") == "2025-07-01")
  }

  // MARK: Procedures

  /// The tutorial's way: the catalogue first, which makes version 1, then one's own.
  @Test func aHandmadeVersionFollowsTheGeneratedOne() async throws {
    let files = try Scratch()
    defer { files.remove() }
    let dog = try #require(try Self.examples()["dog1.yaml"])
    let file = try files.file("dog1.yaml", dog.replacingOccurrences(of: "version: 2", with: "version: 1"))
    let shop = try await TestShop(procedures: ["1.001193"])
    let unknown = try await shop.motcua("workflow", "publish", file)
    #expect(unknown.status == 65 && unknown.out.contains("motcua procedure load FILE.csv"), "\(unknown.out)")
    let catalogue =
      "code,name,tiers,counter,counter_limit,counter_unit\n9.000001,Dog licence,commune,yes,5,working_day\n"
    #expect(try await shop.motcua("procedure", "load", "-", input: catalogue).status == 0)
    let taken = try await shop.motcua("workflow", "publish", file)
    #expect(taken.status == 65 && taken.out.contains("with other content"), "\(taken.out)")
    #expect(taken.out.contains("version: 2"))
    let own = try files.file("dog1.yaml", dog)
    #expect(try await shop.motcua("workflow", "publish", own).status == 0)
    #expect(
      try await shop.motcua("workflow", "publish", own).out.hasPrefix(
        "0 workflows are published; 1 was already"))
  }

  /// 15 days at the counter and online, one working hour by post: each is promised on its own channel.
  @Test func whatIsPublishedOfAChannelIsPromisedOnIt() async throws {
    let shop = try await TestShop(procedures: ["3.000242"])
    _ = try await shop.motcua("staff", "add", "lan", "--name", "Lan", "--unit", "01", "--role", "clerk")
    var spans: [String] = []
    for channel in ["counter", "post"] {
      let received = try await shop.motcua(
        "intake", "receive", "--procedure", "3.000242", "--unit", "01", "--channel", channel, "--name", "Hoà",
        "--document", "papers", as: "lan")
      #expect(received.status == 0, "\(received.err)")
      spans.append(
        received.out.split(separator: "\n").first { $0.contains("theo quy định") }.map(String.init) ?? "")
    }
    #expect(spans[0].hasSuffix("15 ngày") && spans[1].hasSuffix("1 giờ làm việc"), "\(spans)")
    let promised = try await shop.value(
      "SELECT string_agg((due_at - received_at > interval '10 days')::text, ' ' ORDER BY channel) FROM motcua.dossier"
    )
    #expect(promised == "true false")
    let shown = try await shop.motcua("procedure", "show", "3.000242")
    #expect(
      shown.out.contains("Time in force: counter 15 days, online 15 days, post 1 working hour"),
      "\(shown.out)")
  }
}
