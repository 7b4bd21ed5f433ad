// motcua staff list, show, password, activate, deactivate, grant, revoke: accounts and what they may.

import ArgumentParser
import CaseModel
import Messages
import Reading
import Store
import Terminal
import WorkingTime

extension StaffCommand {
  struct List: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "list",
        abstract: help("Danh sách cán bộ, hoặc các dịch vụ.", "List staff, or services."))
    }
    @Option(
      help: ArgumentHelp(help("chỉ cán bộ của đơn vị này.", "only those of this unit."), valueName: "unit"))
    var unit: String?
    @Flag(help: ArgumentHelp(help("cả người đã nghỉ.", "those who no longer work as well.")))
    var all = false
    @Flag(
      help: ArgumentHelp(
        help(
          "các dịch vụ (bộ đếm thời hạn, kết nối Cổng dịch vụ công…) thay cho cán bộ.",
          "services (timer, portal connector and the like) in place of people.")))
    var services = false
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let shop = try await target.openAsOwner(console)
      var place: UnitID?
      if let unit { place = try await shop.unit(named: try cleaned(unit, "--unit")).id }
      let staff = try await shop.staff(
        unit: place, kind: services ? .service : .person, inactive: all)
      let roles = try await shop.roleLabels()
      await shop.close()
      try Table<StaffLine>(
        empty: services
          ? Localized(
            vi: "Chưa có dịch vụ nào. Thêm bằng: motcua staff add --service",
            en: "No services yet. Add with: motcua staff add --service")
          : Localized(
            vi: "Chưa có cán bộ nào. Thêm bằng: motcua staff add",
            en: "Nobody yet. Add with: motcua staff add"),
        [
          Column("username", Localized(vi: "Tên đăng nhập", en: "Username")) { .text($0.username) },
          Column(
            "name",
            services ? Localized(vi: "Tên dịch vụ", en: "Name") : Localized(vi: "Họ và tên", en: "Name"),
            minWidth: 12, wraps: true
          ) {
            .text($0.name)
          },
          Column(
            "active",
            services ? Localized(vi: "Hoạt động", en: "Active") : Localized(vi: "Đang làm", en: "Active"),
            priority: 3
          ) { .bool($0.active) },
          Column(
            "assignments", Localized(vi: "Phân công", en: "Assignments"), priority: 1, minWidth: 18,
            wraps: true
          ) {
            line in
            let shown = line.assignments.map { "\(console.text(roles.spoken($0.role))), \($0.unitName)" }
            return Cell(
              .list(line.assignments.map { "\($0.unitCode): \($0.role)" }),
              shown: shown.joined(separator: "; "))
          },
          Column("capabilities", Localized(vi: "Quyền", en: "Capabilities"), priority: 2) {
            .list($0.capabilities)
          },
        ]
      ).write(staff, console)
    }
  }

  struct Show: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "show",
        abstract: help("Xem một cán bộ và các phân công.", "Show a staff member's assignments."))
    }
    @Argument(help: usernameHelp) var username: String
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let shop = try await target.openAsOwner(console)
      let found = try await shop.staff(username: username, inactive: true)
      let roles = try await shop.roleLabels()
      await shop.close()
      guard let line = found.first else { throw ShopError.unknown(.staff, username) }
      if console.format == .table {
        let state =
          switch (line.kind, line.active) {
          case (.person, true): Localized(vi: "đang làm việc", en: "active")
          case (.person, false): Localized(vi: "đã nghỉ", en: "no longer works")
          case (.service, true): Localized(vi: "dịch vụ, đang hoạt động", en: "service, active")
          case (.service, false): Localized(vi: "dịch vụ, đã ngừng", en: "service, stopped")
          }
        let more = line.capabilities.isEmpty ? "" : " · " + line.capabilities.joined(separator: ", ")
        console.say(
          Localized(same: "\(line.username) · \(line.name) · ") + state + Localized(same: more), .strong)
      }
      typealias Row = (staff: StaffLine, assignment: AssignmentLine?)
      let rows: [Row] =
        line.assignments.isEmpty && console.format != .table
        ? [(line, nil)] : line.assignments.map { (line, Optional($0)) }
      try Table<Row>(
        empty: Localized(vi: "Chưa được phân công ở đâu.", en: "Assigned nowhere yet."),
        [
          Column("username", Localized(vi: "Tên đăng nhập", en: "Username"), onlyForPrograms: true) {
            .text($0.staff.username)
          },
          Column("name", Localized(vi: "Họ và tên", en: "Name"), onlyForPrograms: true) {
            .text($0.staff.name)
          },
          Column("service", Localized(vi: "Dịch vụ", en: "Service"), onlyForPrograms: true) {
            .bool($0.staff.kind == .service)
          },
          Column("active", Localized(vi: "Đang làm", en: "Active"), onlyForPrograms: true) {
            .bool($0.staff.active)
          },
          Column("capabilities", Localized(vi: "Quyền", en: "Capabilities"), onlyForPrograms: true) {
            .list($0.staff.capabilities)
          },
          Column("unit", Localized(vi: "Mã đơn vị", en: "Unit")) { .text($0.assignment?.unitCode) },
          Column("unit_name", Localized(vi: "Đơn vị", en: "Name"), minWidth: 14, wraps: true) {
            .text($0.assignment?.unitName)
          },
          Column("role", Localized(vi: "Vai trò", en: "Role")) { row in
            row.assignment.map { .label($0.role, console.text(roles.spoken($0.role))) } ?? .none
          },
          Column("from", Localized(vi: "Từ ngày", en: "From"), priority: 1) { row in
            row.assignment.map { .label($0.from.description, dayText($0.from)) } ?? .none
          },
          Column("to", Localized(vi: "Đến hết trước", en: "Until before"), priority: 2) { row in
            row.assignment?.to.map { .label($0.description, dayText($0)) } ?? .none
          },
          Column("on_behalf_of", Localized(vi: "Làm thay", en: "Stands in for"), priority: 3) {
            .text($0.assignment?.onBehalfOf)
          },
        ]
      ).write(rows, console)
    }
  }

  struct Password: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "password",
        abstract: help(
          "Đặt mật khẩu (gõ vào hoặc đưa qua đầu vào chuẩn).",
          "Set a password (typed, or from standard input)."))
    }
    @Argument(help: usernameHelp) var username: String
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    /// In characters; the database asks for as many.
    private static let shortest = 8

    func run() async throws {
      let console = try speech.console()
      let shop = try await target.openAsOwner(console)
      let staff = try await shop.staff(named: username)
      let password = try SecretInput.read(console)
      guard password.count >= Self.shortest, !password.utf8.contains(0) else {
        throw Problem(
          .dataErr, code: "password.short",
          Localized(
            vi: "Mật khẩu ngắn hơn \(Self.shortest) ký tự; chưa thay đổi gì.",
            en: "The password is shorter than \(Self.shortest) characters; nothing was changed."),
          remedy: Localized(vi: "Chọn mật khẩu dài hơn.", en: "Choose a longer one."))
      }
      try await shop.setPassword(staff, password)
      await shop.close()
      try console.done(
        Localized(vi: "Đã đặt mật khẩu cho \(username).", en: "\(username)'s password is set."),
        ["username": .text(username)])
    }
  }

  struct Activate: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "activate", abstract: help("Mở lại tài khoản.", "Let a staff member work again."))
    }
    @Argument(help: usernameHelp) var username: String
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws { try await setActive(username, true, speech, target) }
  }

  struct Deactivate: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "deactivate",
        abstract: help("Khóa tài khoản của người đã nghỉ.", "Close the account of one who no longer works."))
    }
    @Argument(help: usernameHelp) var username: String
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws { try await setActive(username, false, speech, target) }
  }

  struct Grant: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "grant",
        abstract: help("Cho quyền kiểm tra hoặc quản trị.", "Make somebody an auditor or administrator."))
    }
    @Argument(help: usernameHelp) var username: String
    @Argument(help: capabilityHelp) var capability: Capability
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws { try await setCapability(username, capability, true, speech, target) }
  }

  struct Revoke: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(commandName: "revoke", abstract: help("Thu lại quyền.", "Take a capability back."))
    }
    @Argument(help: usernameHelp) var username: String
    @Argument(help: capabilityHelp) var capability: Capability
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws { try await setCapability(username, capability, false, speech, target) }
  }
}

enum Capability: String, ExpressibleByArgument, CaseIterable { case auditor, admin }

private let capabilityHelp = ArgumentHelp(
  help("auditor: xem tất cả; admin: quản trị.", "auditor: reads everything; admin: administers."))

private func setActive(_ username: String, _ active: Bool, _ speech: Speech, _ target: Target) async throws {
  let console = try speech.console()
  let shop = try await target.openAsOwner(console)
  try await shop.setActive(try await shop.staff(named: username), active)
  await shop.close()
  try console.done(
    active
      ? Localized(vi: "\(username) làm việc lại được.", en: "\(username) may work again.")
      : Localized(vi: "Đã khóa tài khoản \(username).", en: "\(username)'s account is closed."),
    ["username": .text(username), "active": .bool(active)])
}

private func setCapability(
  _ username: String, _ capability: Capability, _ granted: Bool, _ speech: Speech, _ target: Target
) async throws {
  let console = try speech.console()
  let shop = try await target.openAsOwner(console)
  try await shop.setCapability(try await shop.staff(named: username), capability.rawValue, granted)
  await shop.close()
  try console.done(
    granted
      ? Localized(vi: "\(username) nay có quyền \(capability).", en: "\(username) is \(capability) now.")
      : Localized(
        vi: "\(username) không còn quyền \(capability).", en: "\(username) is no longer \(capability)."),
    ["username": .text(username), "capability": .text(capability.rawValue), "granted": .bool(granted)])
}

/// A secret from a terminal, unseen and typed twice, or a line of standard input. Never from an argument, where
/// everybody on the machine could read it.
enum SecretInput {
  static func read(_ console: Console) throws(Problem) -> String {
    guard console.terminals.input else { return line() ?? "" }
    let (first, second) = try unseen { () throws(Problem) in
      console.note(Localized(vi: "Mật khẩu mới:", en: "New password:"))
      let first = line() ?? ""
      console.note(Localized(vi: "Gõ lại lần nữa:", en: "Once more:"))
      return (first, line())
    }
    guard first == second else {
      throw Problem(
        .dataErr, code: "password.differs",
        Localized(
          vi: "Hai lần gõ không giống nhau; chưa thay đổi gì.",
          en: "The two are not the same; nothing was changed."),
        remedy: Localized(vi: "Thử lại.", en: "Try again."))
    }
    return first
  }

  private static func line() -> String? { readLine(strippingNewline: true) }
}
