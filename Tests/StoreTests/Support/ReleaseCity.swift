// An installation as a release leaves it behind: the city of the tests with dossiers in every condition. It is made once
// for each release (scripts/release.sh), and upgraded by the tests ever after.

import CaseModel
import Crypto
import Foundation
import Intake
import Postgres
import Routing
import Store
import Testing
import Workflow

/// A release, as sql/releases names what it consists of.
struct Release: CustomTestStringConvertible {
  let name: String
  /// Paths of migrations, in order, with their SHA-256.
  var migrations: [(path: String, checksum: String)] = []
  /// Of all functions together.
  var functions = ""

  /// The releases there are, the oldest first.
  static let all: [Release] = {
    let folder = Program.root.appending(path: "sql/releases")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
      .map { Release($0, (try? String(contentsOf: folder.appending(path: $0), encoding: .utf8)) ?? "") }
  }()

  private init(_ name: String, _ text: String) {
    self.name = name
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 2 else { continue }
      if words[0] == "sql/functions" { functions = words[1] } else { migrations.append((words[0], words[1])) }
    }
  }

  /// The number of its last migration.
  var version: Int {
    migrations.compactMap { $0.path.split(separator: "/").last.flatMap { Int($0.prefix(while: \.isNumber)) } }
      .max() ?? 0
  }

  var dump: URL { Program.root.appending(path: "Tests/StoreTests/Releases/\(name).sql.gz") }
  var testDescription: String { name }

  /// What `sha256sum *.sql` in sql/functions prints, digested: a database that has recorded its files can be asked for it.
  static func digest(_ files: [(name: String, checksum: [UInt8])]) -> String {
    let lines = files.sorted { $0.name < $1.name }.map { "\(hex($0.checksum))  \($0.name)\n" }
    return hex(Array(SHA256.hash(data: Data(lines.joined().utf8))))
  }

  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }
}

/// The dossiers of an installation of a release.
enum ReleaseCity {
  /// What its roles begin with: it is in the dump.
  static let prefix = "motcua_release"
  static let request = "release-1"
  static let remark = #"{"text":"Ghi từ bản phát hành trước."}"#
  static let service = "timer"

  /// Runs the body with an empty database for an installation of that prefix.
  static func with(_ body: (TestShop) async throws -> Void) async throws {
    let shop = TestShop(database: TestServer.freshName(), prefix: prefix)
    // A run that was killed may have left roles.
    try await TestServer.drop(shop.database, rolesOf: prefix)
    try await TestServer.with { server in
      try await server.execute(script: "CREATE DATABASE \(shop.database) TEMPLATE template0 ENCODING 'UTF8'")
    }
    do {
      try await body(shop)
    } catch {
      try? await TestServer.drop(shop.database, rolesOf: prefix)
      throw error
    }
    try await TestServer.drop(shop.database, rolesOf: prefix)
  }

  /// Dossiers in every condition; then a second version of their workflow, under which a service acts; and a request.
  static func furnish(_ shop: TestShop) async throws {
    try await shop.migrate()
    try await TestShop.furnishCity(shop)
    let made = try await CityDay.with(shop) { day in
      let made = try await day.dossiersOfAllKinds()
      let noted = try await note(day, made.fresh)
      guard noted == 2 else { throw Unavailable(description: "the note is event \(noted)") }
      return made
    }
    try await shop.with { owner in
      let raised = try await owner.workflow(City.permit).raised()
      var definition = raised.definition
      definition.transitions.append(
        Transition(
          from: "received", action: "warn", to: "received", effect: .note, by: ["system"],
          label: Label(vi: "Nhắc", en: "Remind")))
      _ = try await owner.publish([WorkflowSource(yaml: raised.yaml, definition: definition)])
      let timer = try await owner.addStaff(service, name: "Dịch vụ nhắc hạn", kind: .service)
      try await owner.assign(timer, unit: try await owner.unit(named: "01").id, role: "system")
    }
    try await CityDay.with(shop) { day in
      let warned = try await day.receive("Trịnh Văn Nhắc")
      guard !made.all.contains(warned) else { throw Unavailable(description: "\(warned) is taken") }
      try await warn(day, warned)
    }
  }

  /// A step with a request's id: the answer is the number of the event.
  static func note(_ day: CityDay, _ code: String) async throws -> Int32 {
    try await day.become("clerk", at: "00001")
    return try await day.session.connection.query(
      "SELECT motcua.act(\(code), NULL, 'note', 'received', \(remark), \(request))"
    ).one().get(0)
  }

  static func warn(_ day: CityDay, _ code: String) async throws {
    try await day.session.act(as: service)
    var payload = Payload()
    payload.text = "Còn một ngày."
    _ = try await Desk(day.session).act(Command("warn", payload: payload), on: code)
  }

  /// The codes of its dossiers, in the order in which they were received.
  static func dossiers(_ owner: Shop) async throws -> (kinds: CityDay.Dossiers, warned: String) {
    let codes = try await owner.connection.query("SELECT code FROM motcua.dossier ORDER BY dossier_id")
      .map { try $0.get(0, as: String.self) }
    guard codes.count == 9 else { throw Unavailable(description: "\(codes)") }
    return (
      CityDay.Dossiers(
        fresh: codes[0], sent: codes[1], declined: codes[2], asked: codes[3], answered: codes[4],
        paused: codes[5], paid: codes[6], ended: codes[7]), codes[8]
    )
  }

  /// All that belongs to dossiers, row by row. (What is filed and how it stands as readers see it, in one row.)
  static func records(_ shop: TestShop) async throws -> [String] {
    try await shop.withOwner { owner in
      let tables = try await owner.query(
        """
        SELECT a.relation FROM motcua.relation_access a
          WHERE a.kind = 'dossier' AND a.relation NOT IN ('application', 'standing')
        UNION ALL VALUES ('dossier'), ('request'), ('dossier_number') ORDER BY 1
        """
      ).map { try $0.get(0, as: String.self) }
      var all: [String] = []
      for table in tables {
        let rows = try await owner.query(
          SQL(raw: "SELECT to_jsonb(t)::text FROM motcua.\(table) AS t ORDER BY 1"))
        all += try rows.map { "\(table): \(try $0.get(0, as: String.self))" }
      }
      return all
    }
  }
}
