// motcua dossier search: dossiers by the applicant's name.

import ArgumentParser
import CaseModel
import Messages
import Search
import Terminal
import Wording
import WorkingTime

extension DossierCommand {
  struct Search: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "search",
        abstract: help("Tìm theo tên người nộp.", "Find by the applicant's name."),
        discussion: help(
          "Có dấu hay không, hoa hay thường đều được: \"nguyen van hoa\" tìm ra Nguyễn Văn Hoà và Nguyễn Văn Hòa. "
            + "Gõ phần đầu hoặc phần cuối của tên cũng được.",
          "With or without accents and capitals: \"nguyen van hoa\" finds Nguyễn Văn Hoà and Nguyễn Văn Hòa. "
            + "The beginning or the end of a name will do."),
        aliases: ["list"])
    }

    @Argument(help: ArgumentHelp(help("tên người nộp.", "the applicant's name."), valueName: "name"))
    var name: String

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(help("số dòng nhiều nhất.", "how many lines at most."), valueName: "n"))
    var limit: Int = 50

    @OptionGroup var target: Target
    @OptionGroup var speech: Speech

    func validate() throws {
      guard (1...100_000).contains(limit) else {
        throw ValidationError(help("--limit phải từ 1 đến 100000.", "--limit must be from 1 to 100000."))
      }
    }

    func run() async throws {
      let console = try speech.console()
      let clean: String
      do throws(InvalidValue) {
        clean = try NFC.clean(name, field: help("tên", "name"), limit: 300)
      } catch {
        throw error.problem
      }
      let (now, found) = try await FoundDossier.search(
        at: try await target.entrance(console), as: target.acting, name: clean, limit: limit)
      let language = console.language
      let table = Table<FoundDossier>(
        empty: Localized(
          vi: "Không có hồ sơ nào của “\(clean)” mà bạn được xem.",
          en: "There is no dossier of “\(clean)” that you may see."),
        [
          Column("code", Localized(vi: "Mã hồ sơ", en: "Code")) { .text($0.code) },
          Column("applicant", Localized(vi: "Người nộp", en: "Applicant"), minWidth: 12) {
            .text($0.applicant)
          },
          Column("procedure", Localized(vi: "Mã thủ tục", en: "Procedure code"), onlyForPrograms: true) {
            .text($0.procedure)
          },
          Column("procedure_name", Localized(vi: "Thủ tục", en: "Procedure"), priority: 3, minWidth: 12) {
            .shortened($0.procedureName)
          },
          Column("state", Localized(vi: "Bước", en: "Step"), minWidth: 8) {
            .label($0.state, $0.stateLabel[language])
          },
          Column("unit", Localized(vi: "Mã đơn vị", en: "Unit's code"), onlyForPrograms: true) {
            .text($0.holder)
          },
          Column("unit_name", Localized(vi: "Đơn vị", en: "Unit"), priority: 2, minWidth: 10) {
            .text($0.holderName)
          },
          Column("received_at", Localized(vi: "Nhận lúc", en: "Received"), priority: 4) {
            .moment($0.receivedAt)
          },
          Column("due", Localized(vi: "Hạn trả", en: "Due"), priority: 1) {
            $0.endedAt == nil
              ? .deadline($0.due, clock: $0.clock, now: now, soon: nil, console) : .moment($0.due, .muted)
          },
          Column("ended_at", Localized(vi: "Kết thúc", en: "Ended"), onlyForPrograms: true) {
            .moment($0.endedAt)
          },
          Column("outcome", Localized(vi: "Kết quả", en: "Outcome"), onlyForPrograms: true) {
            .text($0.outcome)
          },
        ])
      try table.write(found, console)
    }
  }
}
