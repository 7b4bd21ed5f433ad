// The story of the demo: who does what at which hour, as a story printed while it happens.

import CaseModel
import History
import Intake
import Messages
import Postgres
import Routing
import Store
import Terminal
import Wording
import Workflow
import WorkingTime

struct Story {
  let shop: Shop
  let console: Console
  private let desk: Desk
  private let counter: Counter
  private var units: [String: UnitID] = [:]

  init(_ shop: Shop, _ console: Console) {
    self.shop = shop
    self.console = console
    desk = Desk(shop)
    counter = Counter(shop)
  }

  /// The people of the day: username, name, unit, role.
  private static let cast = [
    ("lan", "Nguyễn Thị Lan", "00001", "clerk"),
    ("binh", "Trần Văn Bình", "00001", "officer"),
    ("cuc", "Lê Thị Cúc", "00001", "leader"),
    ("minh", "Phạm Quang Minh", "001", "officer"),
    ("tuan", "Hoàng Anh Tuấn", "001", "leader"),
    ("dao", "Vũ Thị Đào", "001/land", "officer"),
    ("son", "Đỗ Hồng Sơn", "001/tax", "officer"),
    ("huong", "Bùi Thu Hương", "01/construction", "officer"),
    ("hai", "Ngô Đức Hải", "01/land", "officer"),
    ("yen", "Đặng Hải Yến", "01/land", "leader"),
  ]

  mutating func play() async throws {
    for (username, name, unit, role) in Self.cast {
      let id = try await shop.unit(named: unit).id
      units[unit] = id
      let staff = try await shop.addStaff(username, name: name)
      try await shop.assign(staff, unit: id, role: role, from: Day("2018-01-01"))
    }
    let permit = try await permitArrives()
    let land = try await landArrives()
    try await birth()
    try await permitIsSupplemented(permit)
    try await landGoesUp(land)
    try await permitComesBack(permit)
    try await landComesBack(land)
    try await tell(history: land)
  }

  // MARK: Scenes

  private func permitArrives() async throws -> String {
    try await at("2018-07-12T08:05", "lan")
    tell(
      "Phường Phúc Xá mở cửa. Ông Nguyễn Văn Hoà xin phép xây nhà, 320 m²; chị Lan ở quầy nhận hồ sơ.",
      "The counter of Phúc Xá ward opens. Mr Nguyễn Văn Hoà wants to build a house of 320 m²; Lan receives him."
    )
    var application = Application(
      procedure: "1.013225", unit: unit("00001"), address: unit("00001"),
      applicant: Applicant(
        name: "Nguyễn Văn Hoà", identity: "001068012345", address: "12 Phúc Xá, Ba Đình, Hà Nội",
        phone: "0912345678"),
      data: ["floor_area": .integer(320)])
    application.documents = [
      Document(component: "application", name: "Đơn đề nghị cấp giấy phép xây dựng", original: true),
      Document(component: "land_title", name: "Bản sao giấy tờ về quyền sử dụng đất"),
      Document(component: "drawings", name: "Bản vẽ thiết kế xây dựng", copies: 2, original: true),
    ]
    let received = try await counter.receive(application)
    // The same stream as the story, so that the table stands where the story mentions it.
    console.say(
      Localized(same: "\n" + received.receipt.text(width: 78)))
    try await act("forward", received.appended.code)
    return received.appended.code
  }

  private func landArrives() async throws -> String {
    try await at("2018-07-12T08:40", "lan")
    tell(
      "Hợp tác xã Sông Hồng đăng ký đất lần đầu: hồ sơ này sẽ qua phường, quận, thành phố rồi trở về.",
      "The Red River Cooperative registers its land: this one will go from ward to district to city, and back."
    )
    var application = Application(
      procedure: "1.012753", unit: unit("00001"), address: unit("00001"),
      applicant: Applicant(name: "Hợp tác xã Sông Hồng", identity: "0100109106", phone: "0243825123"),
      data: ["area": .integer(1250), "origin": .text("allocated")])
    application.documents = [
      Document(component: "application", name: "Đơn đăng ký đất đai", original: true),
      Document(component: "review", name: "Báo cáo rà soát hiện trạng", original: true),
    ]
    let received = try await counter.receive(application)
    say(received.appended)
    try await act("forward", received.appended.code)
    return received.appended.code
  }

  private func birth() async throws {
    try await at("2018-07-12T09:00", "lan")
    tell(
      "Một em bé chào đời: đăng ký khai sinh xong ngay trong ngày, không rời phường.",
      "A child is born: its birth is registered within the day, without leaving the ward.")
    var application = Application(
      procedure: "1.001193", unit: unit("00001"), address: unit("00001"),
      applicant: Applicant(name: "Trịnh Thu Thuỷ", identity: "001190001234", phone: "0987654321"))
    application.data = ["birth_date": .text("2018-07-05"), "proof": .text("hospital")]
    application.documents = [
      Document(component: "declaration", name: "Tờ khai đăng ký khai sinh", original: true),
      Document(component: "birth_notice", name: "Giấy chứng sinh", original: true),
    ]
    let received = try await counter.receive(application)
    let code = received.appended.code
    say(received.appended)
    try await act("forward", code)
    try await at("2018-07-12T09:40", "binh")
    try await act("submit", code)
    try await at("2018-07-12T09:50", "lan")
    tell("Chị Lan thử ký thay lãnh đạo:", "Lan tries to sign in the leader's place:")
    await refused("sign", code) { $0.signature = Signature(number: "KS-118/2018") }
    try await at("2018-07-12T10:10", "cuc")
    try await act("sign", code) { $0.signature = Signature(number: "KS-118/2018") }
    try await at("2018-07-12T10:20", "lan")
    try await act("return", code)
  }

  private func permitIsSupplemented(_ code: String) async throws {
    try await at("2018-07-12T10:45", "minh")
    tell(
      "Ở quận Ba Đình, anh Minh thấy hồ sơ đang tới, nhận, và thấy bản vẽ thiếu mặt cắt.",
      "At Ba Đình district, Minh sees a dossier arriving, takes it, and finds a section missing in the drawings."
    )
    try await act("take", code)
    try await act("supplement", code) { $0.reason = "Bản vẽ thiếu mặt cắt; đề nghị bổ sung 02 bộ." }
  }

  private func landGoesUp(_ code: String) async throws {
    try await at("2018-07-12T13:30", "binh")
    tell(
      "Anh Bình đi xem thửa đất rồi chuyển lên quận.",
      "Bình inspects the land and sends the dossier up to the district.")
    try await act("submit", code)
    try await at("2018-07-13T08:30", "dao")
    try await act("take", code)
    try await act("assess", code)
    try await at("2018-07-13T10:00", "son")
    tell("Cơ quan thuế được hỏi ý kiến, và trả lời.", "The tax office is asked, and answers.")
    try await act("answer", code) {
      $0.opinion = .agree
      $0.text = "Tiền sử dụng đất đã nộp đủ."
    }
    try await at("2018-07-13T14:00", "dao")
    try await act("submit", code)
    try await at("2018-07-16T08:15", "hai")
    tell(
      "Sở Tài nguyên và Môi trường nhận và trình ký.",
      "The city's land department takes it and puts it up for signing.")
    try await act("take", code)
    try await act("submit", code)
    try await at("2018-07-16T10:00", "yen")
    try await act("sign", code) { $0.signature = Signature(number: "GCN-4471/2018") }
  }

  private func permitComesBack(_ code: String) async throws {
    try await at("2018-07-16T14:00", "minh")
    tell(
      "Ông Hoà nộp bản vẽ mới: đồng hồ chạy lại, ngày hẹn lùi đúng bằng thời gian chờ.",
      "Mr Hoà brings new drawings: the clock runs again, and the promised date has moved by the days it stood."
    )
    try await act("supplemented", code)
    tell(
      "Nhà trên 250 m² thì phải hỏi Sở Xây dựng.",
      "Above 250 m² the city's construction department must be asked.")
    try await act("consult", code)
    try await at("2018-07-17T09:00", "huong")
    try await act("answer", code) { $0.opinion = .agree }
    try await at("2018-07-17T10:30", "minh")
    try await act("submit", code)
    try await at("2018-07-17T15:20", "tuan")
    try await act("sign", code) { $0.signature = Signature(number: "GPXD-0092/2018") }
    try await at("2018-07-18T08:10", "lan")
    try await act("take", code)
    tell("Ông Hoà nhận giấy phép tại chính quầy đã nộp.", "Mr Hoà collects his permit where he filed for it.")
    try await act("return", code)
  }

  private func landComesBack(_ code: String) async throws {
    try await at("2018-07-18T09:00", "lan")
    try await act("take", code)
    try await act("return", code)
  }

  private func tell(history code: String) async throws {
    tell(
      "Toàn bộ đường đi của hồ sơ \(code), do chính các sự kiện kể lại:",
      "The whole way of dossier \(code), as its events tell it:")
    let timeline = try await Archive(shop).timeline(code)
    let language = console.language
    let table = Table<TimelineEntry>([
      Column("seq", Localized(vi: "#", en: "#"), align: .right) { .int($0.sequence) },
      Column("at", Localized(vi: "Lúc", en: "When")) {
        .instant(iso: $0.at.iso8601(.vietnam), shown: clockText($0.at))
      },
      Column("actor", Localized(vi: "Ai", en: "Who")) { .label($0.actor, $0.actorName) },
      Column("action", Localized(vi: "Việc", en: "What")) { .label($0.action, $0.actionLabel[language]) },
      Column("unit", Localized(vi: "Cho đơn vị", en: "For"), minWidth: 12, wraps: true) {
        .label($0.unit, $0.unitName)
      },
      Column("to", Localized(vi: "Bước", en: "Step")) { .text(($0.target ?? $0.to)[language]) },
    ])
    try table.write(timeline.entries, console)
  }

  // MARK: Printing

  private func unit(_ code: String) -> UnitID { units[code] ?? UnitID(0) }

  /// Sets the training clock and the person who acts.
  private func at(_ local: String, _ username: String) async throws {
    let moment = try Instant(local + ":00+07:00")
    try await shop.act(as: nil)
    try await shop.connection.query("SELECT motcua.set_training_clock(\(moment))")
    try await shop.act(as: username)
    console.say(Localized(vi: "\n\(clockText(moment))", en: "\n\(clockText(moment))"), .strong)
  }

  private func tell(_ vi: String, _ en: String) { console.say(Localized(vi: vi, en: en)) }

  private func act(_ action: String, _ code: String, _ fill: (inout Payload) -> Void = { _ in }) async throws
  {
    var payload = Payload()
    fill(&payload)
    let done = try await desk.act(Command(action, payload: payload), on: code)
    let event = done.appended.event
    let names = try await shop.unitNames([event.unit, event.unitTo])
    let label = done.definition.transition(
      from: event.from, action: event.action, to: event.target.isEmpty ? event.to : event.target)?.label
    let step = done.definition.state(event.target.isEmpty ? event.to : event.target)?.label
    let language = console.language
    var line = "  • \(code.suffix(11)) \(label?[language] ?? action) → \(step?[language] ?? event.to)"
    if !event.target.isEmpty {
      let to = names[event.unitTo] ?? ""
      line += console.text(Localized(vi: " (đang bàn giao cho \(to))", en: " (on its way to \(to))"))
    }
    if let due = event.due, event.to != event.from || !event.target.isEmpty {
      line += console.text(Localized(vi: ", hẹn trả \(clockText(due))", en: ", promised \(clockText(due))"))
    }
    console.say(Localized(same: line))
  }

  private func refused(_ action: String, _ code: String, _ fill: (inout Payload) -> Void) async {
    var payload = Payload()
    fill(&payload)
    do {
      _ = try await desk.act(Command(action, payload: payload), on: code)
    } catch {
      let names = (try? await shop.unitNames(Array(units.values))) ?? [:]
      var all = Names(input: optionName) { names[$0] ?? "\($0)" }
      all.roleLabels = (try? await shop.roleLabels()) ?? [:]
      let problem = problem(of: error, names: all)
      console.say(Localized(same: "  ✗ " + console.text(problem.what)), .late)
      if let remedy = problem.remedy?.atCommandLine { console.say(Localized(same: "    ") + remedy, .muted) }
    }
  }

  private func say(_ appended: Appended) {
    let due = appended.event.due.map { clockText($0) } ?? "–"
    tell("  • Đã nhận \(appended.code), hẹn trả \(due)", "  • Received \(appended.code), promised \(due)")
  }
}

extension Label {
  subscript(language: Language) -> String { language == .vi ? vi : en }
}
