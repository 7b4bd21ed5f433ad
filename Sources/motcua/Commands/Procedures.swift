// motcua procedure: what can be applied for, how long it takes and what it costs.

import ArgumentParser
import CaseModel
import Messages
import Store
import Terminal
import Workflow
import WorkingTime

struct ProcedureCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "procedure",
      abstract: help("Thủ tục hành chính: thời hạn, phí, giấy tờ.", "Procedures: times, fees, papers."),
      subcommands: [List.self, Show.self, ProcedureLoad.self])
  }

  struct List: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(commandName: "list", abstract: help("Danh sách thủ tục.", "List procedures."))
    }
    @Option(
      help: ArgumentHelp(
        help("chỉ thủ tục tiếp nhận ở cấp này.", "only those received at this tier."), valueName: "tier"))
    var tier: String?
    @Option(
      help: ArgumentHelp(
        help(
          "lĩnh vực có những chữ này; không cần dấu.", "with these words in the field; accents do not matter."
        ), valueName: "words"))
    var field: String?
    @Option(
      help: ArgumentHelp(
        help("tên có những chữ này; không cần dấu.", "with these words in the name; accents do not matter."),
        valueName: "words"))
    var name: String?
    @Flag(
      help: ArgumentHelp(help("chỉ thủ tục nộp được trực tuyến.", "only those that can be filed online.")))
    var offeredOnline = false
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let shop = try await target.openAsOwner(console)
      if let tier { try await shop.check(tier: tier) }
      let lines = try await shop.procedures(
        ProcedureFilter(
          tier: tier, field: try field.map { try cleaned($0, "--field") },
          name: try name.map { try cleaned($0, "--name") }, online: offeredOnline))
      await shop.close()
      try Table(
        empty: Localized(vi: "Không có thủ tục nào như vậy.", en: "There is no such procedure."),
        columns(console)
      )
      .write(lines, console)
    }

    private func columns(_ console: Console) -> [Column<ProcedureLine>] {
      [
        Column("code", Localized(vi: "Mã", en: "Code")) { .text($0.code) },
        Column("name", Localized(vi: "Tên thủ tục", en: "Name"), minWidth: 24, wraps: true) {
          .text($0.name)
        },
        Column("field", Localized(vi: "Lĩnh vực", en: "Field"), priority: 4, minWidth: 12, wraps: true) {
          .text($0.field)
        },
        Column("tiers", Localized(vi: "Cấp", en: "Tiers"), priority: 2, minWidth: 12, wraps: true) {
          Cell(.list($0.tiers), shown: $0.spokenTiers(console.language))
        },
        Column("legal_time", Localized(vi: "Thời hạn", en: "Legal time"), priority: 1) { line in
          times(line.offered, console)
        },
        Column("channels", Localized(vi: "Kênh", en: "Channels"), priority: 3) { line in
          Cell(
            .list(line.offered.map(\.channel.rawValue)),
            shown: line.offered.map { console.text(channelName($0.channel)) }.joined(separator: ", "))
        },
        Column("workflow_version", Localized(vi: "Quy trình", en: "Workflow"), align: .right, priority: 5) {
          line in
          line.version.map { .int($0) } ?? .none
        },
      ]
    }

    /// The times of the channels, each once.
    private func times(_ channels: [ProcedureChannel], _ console: Console) -> Cell {
      var seen: [LegalTime] = []
      for time in channels.compactMap(\.time) where !seen.contains(time) { seen.append(time) }
      guard !seen.isEmpty else { return .none }
      return .label(
        seen.map(\.description).joined(separator: "; "),
        seen.map { console.text($0.spoken) }.joined(separator: "; "))
    }
  }

  struct Show: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "show",
        abstract: help(
          "Xem một thủ tục: kênh, thời hạn, phí, giấy tờ, quy trình.",
          "Show a procedure: channels, times, fees, papers, workflow."))
    }
    @Argument(help: procedureHelp) var procedure: String
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let shop = try await target.openAsOwner(console)
      let line = try await shop.procedure(procedure)
      await shop.close()
      if console.format == .table { try writeHead(line, console) }
      try channels(line, console).write(line.channels, console)
      if console.format == .table, let definition = line.definition, !definition.components.isEmpty {
        console.say(Localized(same: ""))
        try componentTable(console).write(definition.components, console)
      }
    }

    private func writeHead(_ line: ProcedureLine, _ console: Console) throws {
      console.say(Localized(same: "\(line.code)  \(line.name)"), .strong)
      let workflow =
        line.version.map { Localized(vi: "bản \($0)", en: "version \($0)") }
        ?? Localized(vi: "chưa có", en: "none yet")
      let time = line.definition?.legalTimes.map { console.text($0.label.localized) } ?? "–"
      for (name, value) in [
        (Localized(vi: "Lĩnh vực", en: "Field"), line.field),
        (Localized(vi: "Cấp", en: "Tiers"), line.spokenTiers(console.language)),
        (Localized(vi: "Đối tượng", en: "For"), line.audience),
        (Localized(vi: "Quyết định công bố", en: "Published by"), line.decision),
        (Localized(vi: "Kết quả", en: "Result"), line.result),
        (Localized(vi: "Quy trình", en: "Workflow"), console.text(workflow)),
        (Localized(vi: "Thời hạn áp dụng", en: "Time in force"), time),
      ] where !value.isEmpty {
        console.say(Localized(same: "\(console.text(name)): \(value)"))
      }
      console.say(Localized(same: ""))
    }

    private func channels(_ line: ProcedureLine, _ console: Console) -> Table<ProcedureChannel> {
      Table(
        empty: Localized(vi: "Không có kênh nào.", en: "No channel."),
        [
          Column("code", Localized(vi: "Mã", en: "Code"), onlyForPrograms: true) { _ in .text(line.code) },
          Column("name", Localized(vi: "Tên", en: "Name"), onlyForPrograms: true) { _ in .text(line.name) },
          Column("tiers", Localized(vi: "Cấp", en: "Tiers"), onlyForPrograms: true) { _ in .list(line.tiers)
          },
          Column("workflow_version", Localized(vi: "Quy trình", en: "Workflow"), onlyForPrograms: true) { _ in
            line.version.map { .int($0) } ?? .none
          },
          Column("components", Localized(vi: "Giấy tờ", en: "Papers"), onlyForPrograms: true) { _ in
            .list(line.definition?.components.map(\.id) ?? [])
          },
          Column("channel", Localized(vi: "Kênh", en: "Channel")) {
            .label($0.channel.rawValue, console.text(channelName($0.channel)))
          },
          Column("offered", Localized(vi: "Áp dụng", en: "Offered")) { .bool($0.offered) },
          Column("legal_time", Localized(vi: "Thời hạn", en: "Legal time")) { channel in
            channel.time.map { .label($0.description, console.text($0.spoken)) } ?? .none
          },
          Column("fee", Localized(vi: "Phí, lệ phí", en: "Fee"), align: .right) { channel in
            channel.fee.map { .money($0) } ?? .none
          },
        ])
    }
  }
}

/// The papers of a procedure.
func componentTable(_ console: Console) -> Table<Component> {
  Table([
    Column("component", Localized(vi: "Giấy tờ", en: "Paper")) { .text($0.id) },
    Column("name", Localized(vi: "Tên", en: "Name"), minWidth: 20, wraps: true) {
      .text(console.text($0.name.localized))
    },
    Column("copies", Localized(vi: "Bản", en: "Copies"), align: .right, priority: 2) { .int($0.copies) },
    Column("original", Localized(vi: "Bản chính", en: "Original"), priority: 2) { .bool($0.original) },
    Column("required", Localized(vi: "Bắt buộc", en: "Required"), priority: 1) { .bool($0.required) },
    Column("when", Localized(vi: "Khi", en: "When"), priority: 3) { .text($0.when?.source) },
  ])
}

let procedureHelp = ArgumentHelp(
  help("mã thủ tục, ví dụ 1.013225.", "the procedure's code, such as 1.013225."), valueName: "procedure")

func channelName(_ channel: Channel) -> Localized { channel.label.localized }

extension ProcedureLine {
  fileprivate func spokenTiers(_ language: Language) -> String {
    tierLabels.map { $0[language] }.joined(separator: "; ")
  }
}

extension LegalTime {
  var spoken: Localized { Localized(vi: vietnamese, en: description) }
}

extension Label {
  var localized: Localized { Localized(vi: vi, en: en) }
}
