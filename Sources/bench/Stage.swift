// The stage of the measurements: a shop with real units and procedures, a clerk, and dossiers.

import CaseModel
import Foundation
import Intake
import Postgres
import Store
import Workflow

struct Stage {
  /// The clerk's login role.
  static let clerk = "bench"
  static let colleague = "colleague"
  static let database = "motcua_bench"
  static let procedure = "1.001193"
  static let clients = 16
  static let dossiersPerClient = 100

  let unit: UnitID
  /// Codes of dossiers in their first state, `dossiersPerClient` for each client.
  let codes: [String]

  static func prepare() async throws -> Stage {
    let admin = try await PostgresConnection.connect()
    try await admin.execute(script: "DROP DATABASE IF EXISTS \(database) WITH (FORCE)")
    try await admin.execute(script: "CREATE DATABASE \(database)")
    await admin.close()
    let target = ["--database", "dbname=\(database)"]
    try run(motcuaProgram(), ["db", "migrate"] + target)
    try run(motcuaProgram(), ["db", "load"] + target)

    let shop = try await open(as: nil)
    let unit = try await shop.unit(named: "00001").id
    let staff = try await shop.addStaff(clerk, name: "Người đo tốc độ")
    for role in ["clerk", "officer"] { try await shop.assign(staff, unit: unit, role: role) }
    _ = try await shop.addStaff(colleague, name: "Người cùng phòng")
    try await shop.act(as: clerk)
    var codes: [String] = []
    for answer in try await Counter(shop).receive(applications(clients * dossiersPerClient, unit)) {
      codes.append(try answer.get().code)
    }
    try await shop.act(as: nil)
    try await shop.connection.query("ANALYZE")
    await shop.close()
    return Stage(unit: unit, codes: codes)
  }

  /// Receives more until there are so many dossiers in their first state.
  static func fill(_ shop: Shop, to count: Int, _ unit: UnitID) async throws {
    let there = try await shop.connection.query(
      "SELECT count(*) FROM motcua.standing WHERE state = 'received'"
    ).one()
      .get(0, as: Int64.self)
    guard count > there else { return }
    let more = applications(count - Int(there), unit)
    try await shop.act(as: clerk)
    for start in stride(from: 0, to: more.count, by: 1_000) {
      let part = Array(more[start..<min(start + 1_000, more.count)])
      for answer in try await Counter(shop).receive(part) { _ = try answer.get() }
    }
    try await shop.act(as: nil)
    try await shop.connection.query("ANALYZE")
  }

  static func open(as staff: String?, cache: ShopCache = ShopCache()) async throws -> Shop {
    try await Shop.open("dbname=\(database)", as: staff, cache: cache)
  }

  static func applications(_ count: Int, _ unit: UnitID) -> [Application] {
    (0..<count).map { number in
      Application(
        procedure: procedure, unit: unit,
        applicant: Applicant(
          name: "Nguyễn Văn \(["An", "Bình", "Cường", "Dũng", "Hoà"][number % 5])",
          identity: "001190\(String(format: "%06d", number))", address: "\(number) Phúc Xá",
          phone: "09\(String(format: "%08d", number))"),
        data: ["birth_date": .text("2018-07-05"), "proof": .text("hospital")],
        documents: [
          Document(component: "declaration", name: "Tờ khai đăng ký khai sinh", original: true),
          Document(component: "birth_notice", name: "Giấy chứng sinh", original: true),
        ])
    }
  }
}
