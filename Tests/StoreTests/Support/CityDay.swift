// A day in the city of the tests: dossiers handed in and worked on by the people who may.

import CaseModel
import CaseTesting
import Intake
import Postgres
import Routing
import Store
import Workflow
import WorkingTime

struct CityDay {
  let shop: TestShop
  /// A session that acts as one after the other.
  let session: Shop

  static func with<T>(_ shop: TestShop, _ body: (CityDay) async throws -> T) async throws -> T {
    try await shop.with { session in try await body(CityDay(shop: shop, session: session)) }
  }

  /// Acts as the person who is this in a unit, e.g. `clerk` in `00001`.
  func become(_ role: String, at unit: String) async throws {
    try await session.act(as: City.who(unit, role))
  }

  /// Hands in an application at a commune.
  func application(
    _ name: String, at unit: String = "00001", procedure: String = City.permit
  ) async throws -> Application {
    let line = try await session.unit(named: unit)
    var application = Application(
      procedure: procedure, unit: line.id, applicant: Applicant(name: name, identity: "001085000123"))
    if procedure == City.permit {
      application.data = ["floor_area": .integer(120)]
      application.documents = ["application", "land_title", "drawings"].map {
        Document(component: $0, name: "Giấy tờ", copies: 1, original: true)
      }
    } else {
      application.documents = [Document(component: "declaration", name: "Tờ khai")]
    }
    return application
  }

  /// Receives a dossier at a commune.
  ///
  /// - Returns: its code.
  @discardableResult
  func receive(
    _ name: String, at unit: String = "00001", procedure: String = City.permit,
    _ change: (inout Application) -> Void = { _ in }
  ) async throws -> String {
    try await become("clerk", at: unit)
    var application = try await application(name, at: unit, procedure: procedure)
    change(&application)
    return try await Counter(session).receive(application).appended.code
  }

  /// Carries out an action as the person who is this in a unit.
  @discardableResult
  func act(
    _ role: String, at unit: String, _ action: String, on code: String, to: String? = nil,
    _ fill: (inout Payload) -> Void = { _ in }
  ) async throws -> Appended {
    try await become(role, at: unit)
    var payload = Payload()
    fill(&payload)
    return try await Desk(session).act(Command(action, to: to, payload: payload), on: code).appended
  }

  /// Dossiers in every condition, by what they are.
  struct Dossiers {
    var fresh = ""
    var sent = ""
    var declined = ""
    var asked = ""
    var answered = ""
    var paused = ""
    var paid = ""
    var ended = ""
    var all: [String] { [fresh, sent, declined, asked, answered, paused, paid, ended] }
  }

  func dossiersOfAllKinds() async throws -> Dossiers {
    var made = Dossiers()
    made.fresh = try await receive("Trần Văn Mới")
    made.sent = try await receive("Lê Thị Gửi")
    try await act("clerk", at: "00001", "forward", on: made.sent)
    made.declined = try await receive("Phạm Văn Trả")
    try await act("clerk", at: "00001", "forward", on: made.declined)
    try await act("officer", at: "001", "decline", on: made.declined) { $0.reason = "thiếu bản vẽ" }
    made.asked = try await consulted("Vũ Thị Hỏi")
    made.answered = try await consulted("Đặng Văn Đáp")
    try await act("officer", at: "01/construction", "answer", on: made.answered) { $0.opinion = .agree }
    made.paused = try await receive("Bùi Thị Chờ")
    try await act("clerk", at: "00001", "supplement", on: made.paused) { $0.reason = "thiếu giấy tờ" }
    made.paid = try await receive("Hồ Văn Nộp", at: "00037", procedure: City.extract)
    for amount in [5000, 3000] as [Int64] {
      try await act("cashier", at: "00037", "pay", on: made.paid) {
        $0.payment = Payment(amount: amount, method: "cash", receipt: "AA 0001")
      }
    }
    made.ended = try await receive("Ngô Thị Rút", at: "00037", procedure: City.extract)
    try await act("clerk", at: "00037", "withdraw", on: made.ended)
    return made
  }

  private func consulted(_ name: String) async throws -> String {
    let code = try await receive(name) { $0.data["heritage_zone"] = .bool(true) }
    try await act("clerk", at: "00001", "forward", on: code)
    try await act("officer", at: "001", "take", on: code)
    try await act("officer", at: "001", "consult", on: code)
    return code
  }
}
