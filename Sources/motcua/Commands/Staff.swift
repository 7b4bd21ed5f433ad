// motcua staff: people, what they are assigned to, and how they log in.

import ArgumentParser
import CaseModel
import Messages
import Postgres
import Store
import Terminal
import Workflow
import WorkingTime

struct StaffCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "staff",
      abstract: help("Cán bộ: tài khoản, phân công, vai trò.", "Staff: accounts, assignments, roles."),
      subcommands: [
        Add.self,
        Assign.self,
        Unassign.self,
        List.self,
        Show.self,
        Password.self,
        Activate.self,
        Deactivate.self,
        Grant.self,
        Revoke.self,
        Roles.self,
        StaffImport.self,
      ])
  }

  struct Add: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "add",
        abstract: help(
          "Thêm cán bộ hoặc dịch vụ, có thể phân công luôn.",
          "Add a staff member or a service, and assign them if a unit is named."))
    }
    @Argument(help: usernameHelp) var username: String
    @Option(help: ArgumentHelp(help("họ và tên.", "their full name."), valueName: "name"))
    var name: String
    @Flag(
      help: ArgumentHelp(
        help(
          "một dịch vụ chứ không phải người: chỉ làm các thao tác ghi by: [system] hoặc by: [citizen], cho đơn vị được phân công và mọi đơn vị cấp dưới.",
          "a service, not a person: takes only the actions that say by: [system] or by: [citizen], for the unit it is assigned to and all below."
        )))
    var service = false
    @Option(
      help: ArgumentHelp(
        help("đơn vị được phân công: mã hoặc tên.", "the unit they are assigned to: code or name."),
        valueName: "unit"))
    var unit: String?
    @Option(
      help: ArgumentHelp(
        help("vai trò tại đơn vị (xem: motcua staff roles).", "their role there (see: motcua staff roles)."),
        valueName: "role"))
    var role: String?
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func validate() throws {
      if (unit == nil) != (role == nil) {
        throw ValidationError(help("--unit và --role phải đi cùng nhau.", "--unit and --role go together."))
      }
    }

    func run() async throws {
      let console = try speech.console()
      let account = try checkedUsername(username)
      let full = try cleaned(name, "--name")
      let shop = try await target.openAsOwner(console)
      let kind: Actor.Kind = service ? .service : .person
      guard try await shop.staff(username: account, inactive: true).isEmpty else {
        throw Problem(
          .dataErr, code: "staff.exists",
          Localized(vi: "Đã có cán bộ “\(account)”.", en: "There is a staff member “\(account)” already."),
          remedy: Localized(
            vi: "Xem: motcua staff show \(account)", en: "See: motcua staff show \(account)"))
      }
      var code: String?
      if let unit, let role {
        try await shop.check(role: role, of: account, kind)
        let place = try await shop.unit(named: try cleaned(unit, "--unit"))
        code = place.code
        _ = try await shop.enter(staff: [
          StaffEntry(username: account, name: full, kind: kind, unit: place.id, role: role)
        ])
      } else {
        _ = try await shop.addStaff(account, name: full, kind: kind)
      }
      await shop.close()
      try console.done(
        Localized(vi: "Đã thêm \(account) (\(full)).", en: "Added \(account) (\(full))."),
        [
          "username": .text(account), "name": .text(full), "service": .bool(service), "unit": .optional(code),
          "role": .optional(role),
        ])
      console.note(
        Localized(
          vi: "Đặt mật khẩu: motcua staff password \(account)",
          en: "Set a password: motcua staff password \(account)"),
        .muted)
    }
  }

  struct Assign: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "assign",
        abstract: help("Phân công cán bộ vào đơn vị.", "Assign a staff member to a unit."))
    }
    @Argument(help: usernameHelp) var username: String
    @Option(help: ArgumentHelp(help("đơn vị: mã hoặc tên.", "the unit: code or name."), valueName: "unit"))
    var unit: String
    @Option(
      help: ArgumentHelp(
        help("vai trò (xem: motcua staff roles).", "the role (see: motcua staff roles)."), valueName: "role"))
    var role: String
    @Option(
      help: ArgumentHelp(
        help("ngày đầu tiên; mặc định: hôm nay.", "first day; default: today."), valueName: "date"))
    var from: String?
    @Option(
      help: ArgumentHelp(
        help(
          "ngày đầu tiên không còn hiệu lực; mặc định: không thời hạn.",
          "first day on which it no longer holds; default: open."), valueName: "date"))
    var to: String?
    @Option(
      help: ArgumentHelp(
        help("làm thay cho cán bộ này (ủy quyền).", "they stand in for this staff member."),
        valueName: "username"))
    var onBehalfOf: String?
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let first = try from.map { try day($0, "--from") }
      let end = try to.map { try day($0, "--to") }
      let shop = try await target.openAsOwner(console)
      guard let member = try await shop.staff(username: username, inactive: true).first else {
        throw ShopError.unknown(.staff, username)
      }
      let staff = member.id
      let label = try await shop.check(role: role, of: username, member.kind)
      let place = try await shop.unit(named: try cleaned(unit, "--unit"))
      let principal: StaffID? =
        if let onBehalfOf { try await shop.staff(named: onBehalfOf) } else { nil }
      let today = try await shop.today()
      if let end, end <= max(first ?? today, today) {
        throw Problem(
          .dataErr, code: "assignment.over",
          Localized(
            vi: "--to \(dayText(end)): phân công sẽ hết hiệu lực trước khi bắt đầu, hoặc đã hết hôm nay.",
            en: "--to \(end): the assignment would be over before it begins, or is over today."),
          remedy: Localized(
            vi: "Nêu một ngày sau \(dayText(max(first ?? today, today))).",
            en: "Give a day after \(max(first ?? today, today))."))
      }
      do {
        try await shop.assign(
          staff, unit: place.id, role: role, from: first, to: end, onBehalfOf: principal)
      } catch let error as PostgresError where error.sqlState == .uniqueViolation {
        throw Problem(
          .dataErr, code: "assignment.exists",
          Localized(
            vi: "\(username) đã có phân công này từ ngày đó.",
            en: "\(username) has this assignment from that day already."),
          remedy: Localized(
            vi: "Xem: motcua staff show \(username)", en: "See: motcua staff show \(username)"))
      }
      await shop.close()
      try console.done(
        Localized(
          vi: "\(username): \(label.vi) tại \(place.name).", en: "\(username): \(label.en) at \(place.name)."),
        [
          "username": .text(username), "unit": .text(place.code), "unit_name": .text(place.name),
          "role": .text(role), "from": .text("\(first ?? today)"), "to": .optional(end?.description),
          "on_behalf_of": .optional(onBehalfOf),
        ])
    }
  }

  struct Unassign: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "unassign", abstract: help("Kết thúc phân công.", "End an assignment."))
    }
    @Argument(help: usernameHelp) var username: String
    @Option(help: ArgumentHelp(help("đơn vị: mã hoặc tên.", "the unit: code or name."), valueName: "unit"))
    var unit: String
    @Option(help: ArgumentHelp(help("vai trò.", "the role."), valueName: "role"))
    var role: String
    @Option(
      help: ArgumentHelp(
        help(
          "ngày đầu tiên không còn hiệu lực; mặc định: hôm nay.",
          "first day on which it no longer holds; default: today."), valueName: "date"))
    var to: String?
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let end = try to.map { try day($0, "--to") }
      let shop = try await target.openAsOwner(console)
      try await shop.check(role: role)
      let place = try await shop.unit(named: try cleaned(unit, "--unit"))
      let staff = try await shop.staff(named: username)
      let ended = try await shop.endAssignment(staff, unit: place.id, role: role, on: end)
      await shop.close()
      guard ended > 0 else {
        throw Problem(
          .noInput, code: "assignment.none",
          Localized(
            vi: "\(username) không có phân công \(role) tại \(place.name).",
            en: "\(username) is not assigned to \(place.name) as \(role)."),
          remedy: Localized(
            vi: "Xem: motcua staff show \(username)", en: "See: motcua staff show \(username)"))
      }
      try console.done(
        Localized(
          vi: "Đã kết thúc phân công của \(username) tại \(place.name).",
          en: "\(username)'s assignment to \(place.name) has been ended."),
        [
          "username": .text(username), "unit": .text(place.code), "unit_name": .text(place.name),
          "role": .text(role), "ended": .int(Int64(ended)),
        ])
    }
  }

  struct Roles: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "roles",
        abstract: help("Các vai trò có thể phân công.", "The roles one can be assigned."))
    }
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let shop = try await target.openAsOwner(console)
      let roles = try await shop.roles()
      await shop.close()
      try Table<RoleLine>([
        Column("code", Localized(vi: "Vai trò", en: "Role")) { .text($0.code) },
        Column("name", Localized(vi: "Tên gọi", en: "Name"), minWidth: 16, wraps: true) {
          .text(console.language == .vi ? $0.label.vi : $0.label.en)
        },
        Column("looks_down", Localized(vi: "Xem cấp dưới", en: "Reads below")) { .bool($0.looksDown) },
        Column("service", Localized(vi: "Của dịch vụ", en: "For services")) { .bool($0.kind == .service) },
      ]).write(roles, console)
    }
  }
}

let usernameHelp = ArgumentHelp(
  help("tên đăng nhập: chữ thường không dấu, số, . _ -", "username: a-z, digits, . _ -"),
  valueName: "username")

/// - Throws: `Problem` where it cannot be one.
func checkedUsername(_ text: String) throws(Problem) -> String {
  let allowed = text.utf8.allSatisfy { byte in
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || [0x2E, 0x5F, 0x2D].contains(byte)
  }
  let first = text.utf8.first ?? 0
  if allowed, (1...36).contains(text.utf8.count), (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) {
    return text
  }
  throw Problem(
    .dataErr, code: "value.username",
    Localized(
      vi: "“\(Display.truncated(sanitized(text), to: 60))” không dùng làm tên đăng nhập được.",
      en: "“\(Display.truncated(sanitized(text), to: 60))” cannot be a username."),
    remedy: Localized(
      vi: "Dùng 1-36 ký tự a-z, 0-9, . _ - và bắt đầu bằng chữ: ví dụ lan.nguyen",
      en: "Use 1-36 of a-z, 0-9, . _ - beginning with a letter: lan.nguyen, say"))
}

extension Shop {
  /// Checks that somebody of this kind can be assigned as this.
  ///
  /// - Returns: what the role is called.
  @discardableResult func check(role: String, of username: String, _ kind: Actor.Kind) async throws -> Label {
    let label = try await check(role: role)
    switch (kind, Party.isService(role)) {
    case (.service, true), (.person, false): return label
    case (.service, false):
      throw Problem(
        .dataErr, code: "assignment.kind",
        Localized(
          vi: "\(username) là dịch vụ, không thể phân công làm \(label.vi).",
          en: "\(username) is a service, and cannot be assigned as \(label.en)."),
        remedy: Localized(vi: "Dùng --role system hoặc citizen.", en: "Use --role system or citizen."))
    case (.person, true):
      throw Problem(
        .dataErr, code: "assignment.kind",
        Localized(
          vi: "Chỉ dịch vụ được phân công làm “\(role)”, \(username) là cán bộ.",
          en: "Only services are assigned as “\(role)”, and \(username) is a person."),
        remedy: Localized(
          vi: "Chọn vai trò khác (xem: motcua staff roles), hoặc thêm dịch vụ: motcua staff add --service",
          en: "Choose another role (see: motcua staff roles), or add a service: motcua staff add --service"))
    }
  }

  /// - Returns: what the role is called.
  /// - Throws: `ShopError.unknown(.role)`
  @discardableResult func check(role: String) async throws -> Label {
    guard let label = try await roleLabels()[role] else { throw ShopError.unknown(.role, role) }
    return label
  }
}
