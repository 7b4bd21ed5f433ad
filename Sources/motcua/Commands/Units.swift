// motcua unit: who there is to receive, decide and be asked.

import ArgumentParser
import Messages
import Store
import Terminal

struct UnitCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "unit", abstract: help("Đơn vị: thành phố, quận/huyện, phường/xã, sở, phòng.", "Units."),
      subcommands: [List.self, Show.self, UnitLoad.self])
  }

  struct List: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(commandName: "list", abstract: help("Danh sách đơn vị.", "List units."))
    }
    @Option(
      help: ArgumentHelp(
        help("chỉ cấp này: city, district, commune…", "only of this tier: city, district, commune…"),
        valueName: "tier"))
    var tier: String?
    @Option(
      help: ArgumentHelp(
        help("chỉ các đơn vị trực thuộc đơn vị này.", "only those right below this unit."), valueName: "unit")
    )
    var parent: String?
    @Option(
      help: ArgumentHelp(
        help("tên có những chữ này; không cần dấu.", "with these words in the name; accents do not matter."),
        valueName: "words"))
    var name: String?
    @Flag(help: ArgumentHelp(help("cả các sở, phòng chuyên môn.", "departments as well.")))
    var departments = false
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let shop = try await target.openAsOwner(console)
      if let tier { try await shop.check(tier: tier) }
      let above = try await unitCode(parent, shop)
      let units = try await shop.units(
        tier: tier, parent: above, name: try name.map { try cleaned($0, "--name") }, departments: departments)
      await shop.close()
      try Table(
        empty: Localized(vi: "Không có đơn vị nào như vậy.", en: "There is no such unit."),
        unitColumns(console.language)
      )
      .write(units, console)
    }
  }

  struct Show: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(commandName: "show", abstract: help("Xem một đơn vị.", "Show a unit."))
    }
    @Argument(
      help: ArgumentHelp(
        help("mã hoặc tên đơn vị; không cần dấu.", "the unit's code or name; accents do not matter."),
        valueName: "unit"))
    var unit: String
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let shop = try await target.openAsOwner(console)
      let line = try await shop.unit(named: try cleaned(unit, "unit"))
      let below = try await shop.units(parent: line.code).count
      let staff = try await shop.staff(unit: line.id).count
      await shop.close()
      typealias Row = (unit: UnitLine, below: Int, staff: Int)
      let own = unitColumns(console.language).map { column in
        Column<Row>(column.field, column.header) { column.cell($0.unit) }
      }
      let counts: [Column<Row>] = [
        Column("below", Localized(vi: "Đơn vị trực thuộc", en: "Units below it")) { .int($0.below) },
        Column("staff", Localized(vi: "Cán bộ", en: "Staff")) { .int($0.staff) },
      ]
      try writeFacts((line, below, staff), own + counts, console)
    }
  }
}

private func unitColumns(_ language: Language) -> [Column<UnitLine>] {
  [
    Column("code", Localized(vi: "Mã", en: "Code")) { .text($0.code) },
    Column("name", Localized(vi: "Tên", en: "Name"), minWidth: 16, wraps: true) { .text($0.name) },
    Column("tier", Localized(vi: "Cấp", en: "Tier"), priority: 2) {
      .label($0.tier, $0.tierLabel[language])
    },
    Column("kind", Localized(vi: "Loại", en: "Kind"), priority: 4) { .text($0.kind) },
    Column("parent", Localized(vi: "Mã cấp trên", en: "Parent's code"), onlyForPrograms: true) {
      .text($0.parentCode)
    },
    Column("parent_name", Localized(vi: "Trực thuộc", en: "Belongs to"), priority: 3) {
      .text($0.parentName)
    },
    Column("department", Localized(vi: "Chuyên môn", en: "Department"), onlyForPrograms: true) {
      .text($0.department)
    },
    Column("agency_code", Localized(vi: "Mã định danh", en: "Agency code"), priority: 1) {
      .text($0.agencyCode)
    },
  ]
}

private func unitCode(_ text: String?, _ shop: Shop) async throws -> String? {
  guard let text else { return nil }
  return try await shop.unit(named: try cleaned(text, "--parent")).code
}

extension Shop {
  /// - Throws: `Problem` naming the tiers there are.
  func check(tier: String) async throws {
    let tiers = try await tiers()
    guard !tiers.contains(tier) else { return }
    throw Problem(
      .noInput, code: "tier.unknown",
      Localized(
        vi: "Không có cấp “\(sanitized(tier))”.", en: "There is no tier “\(sanitized(tier))”."
      ),
      remedy: Localized(
        vi: "Các cấp: \(tiers.joined(separator: ", "))", en: "Tiers: \(tiers.joined(separator: ", "))"))
  }
}
