// motcua workflow: the ways dossiers take, published and read.

import ArgumentParser
import CaseModel
import Messages
import Reading
import Store
import Terminal
import Wording
import Workflow
import WorkingTime

struct WorkflowCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "workflow",
      abstract: help("Quy trình: kiểm tra, công bố, xem, vẽ.", "Workflows: check, publish, read, draw."),
      subcommands: [
        WorkflowCheck.self,
        WorkflowPublish.self,
        List.self,
        WorkflowShow.self,
        WorkflowDiagram.self,
        WorkflowNew.self,
        WorkflowSchemaCommand.self,
      ])
  }

  struct List: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "list",
        abstract: help("Các bản quy trình đã công bố.", "List published versions."))
    }
    @Argument(help: ArgumentHelp(help("chỉ thủ tục này.", "only of this procedure."), valueName: "procedure"))
    var procedure: String?
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let shop = try await target.openAsOwner(console)
      if let procedure { _ = try await shop.procedure(procedure) }
      let lines = try await shop.workflows(of: procedure)
      await shop.close()
      try Table<WorkflowSummary>(
        empty: Localized(vi: "Chưa công bố quy trình nào.", en: "No workflow has been published."),
        [
          Column("procedure", Localized(vi: "Thủ tục", en: "Procedure")) { .text($0.procedure) },
          Column("version", Localized(vi: "Bản", en: "Version"), align: .right) { .int($0.version) },
          Column("status", Localized(vi: "Tình trạng", en: "Status")) { line in
            .label(
              line.status, console.text(statusName(line.status)), line.status == "published" ? .fine : .muted)
          },
          Column("name", Localized(vi: "Tên thủ tục", en: "Name"), priority: 1, minWidth: 20) {
            .text($0.name)
          },
          Column("published_at", Localized(vi: "Công bố lúc", en: "Published"), priority: 3) { line in
            line.publishedAt.map { .instant(iso: $0.iso8601(.vietnam), shown: clockText($0)) } ?? .none
          },
          Column("states", Localized(vi: "Số bước", en: "States"), align: .right, priority: 4) {
            .int($0.states)
          },
          Column("open", Localized(vi: "Đang mở", en: "Open"), align: .right, priority: 2) { .int($0.open) },
        ]
      ).write(lines, console)
    }
  }
}

private func statusName(_ status: String) -> Localized {
  switch status {
  case "published": Localized(vi: "đang dùng", en: "in force")
  case "retired": Localized(vi: "đã thay", en: "replaced")
  default: Localized(vi: "bản nháp", en: "draft")
  }
}

struct WorkflowPublish: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "publish",
      abstract: help(
        "Công bố quy trình từ tệp: tất cả hoặc không tệp nào.", "Publish definitions: all of them or none."),
      discussion: help(
        """
        Mỗi tệp được kiểm tra như workflow check. Bản đã công bố không bao giờ thay đổi: sửa thì tăng version; hồ sơ \
        đang giải quyết giữ bản của mình.
        """,
        """
        Every file is checked as by workflow check. A published version never changes: to change it raise version; \
        dossiers under way keep theirs.
        """))
  }
  @Argument(help: ArgumentHelp(help("tệp YAML.", "YAML files."), valueName: "file"), completion: .file())
  var files: [String]
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    let shop = try await target.openForOwner(console, "workflow publish")
    let checker = try await Checker(shop: shop)
    var faults: [Fault] = []
    var compiled: [(String, CompiledWorkflow)] = []
    for file in files {
      let (text, check) = try checker.check(file)
      faults += check.faults
      if check.kind == .included { faults.append(unpublishable(file)) }
      if let workflow = check.compiled { compiled.append((text, workflow)) }
    }
    faults += try await order(compiled.map(\.1), shop)
    guard faults.isEmpty else {
      try report(Faults(faults).list, console)
      throw ExitCode(ExitStatus.dataErr.rawValue)
    }
    let new = try await shop.publish(
      compiled.map { text, workflow in WorkflowSource(yaml: text, definition: workflow.definition) },
      roles: roles(compiled.map(\.1)))
    await shop.close()
    let old = files.count - new.count
    let english = counted(new.count, "workflow is", "workflows are")
    try console.done(
      Localized(
        vi: "Đã công bố \(new.count) quy trình; \(old) đã công bố từ trước, không đổi.",
        en: "\(english) published; \(counted(old, "was", "were")) already, unchanged."),
      ["published": .int(Int64(new.count)), "unchanged": .int(Int64(old))])
  }

  /// The roles these definitions speak of, as their files call them.
  private func roles(_ workflows: [CompiledWorkflow]) -> [(code: String, label: Label)] {
    var roles: [String: Label] = [:]
    for workflow in workflows {
      let definition = workflow.definition
      for role in definition.states.map(\.role) + definition.transitions.flatMap(\.by) {
        if let label = workflow.vocabulary.roles[role] { roles[role] = label }
      }
    }
    return roles.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func unpublishable(_ file: String) -> Fault {
    Fault(
      Place(file: spokenName(file), line: 1, column: 1),
      Label(
        vi: "tệp không nêu procedure: tệp dùng chung không công bố riêng",
        en: "the file names no procedure: an included file is not published by itself"),
      remedy: Label(
        vi: "công bố các định nghĩa đưa nó vào", en: "publish the definitions that include it"))
  }

  /// Procedures must be there, and versions go up.
  private func order(_ workflows: [CompiledWorkflow], _ shop: Shop) async throws -> [Fault] {
    let newest = try await shop.newestVersions(of: workflows.map(\.definition.procedure))
    var faults: [Fault] = []
    var seen: Set<String> = []
    for workflow in workflows {
      let definition = workflow.definition
      if newest[definition.procedure] == nil {
        faults.append(
          Fault(
            workflow.places.top,
            Label(
              vi: "danh mục không có thủ tục “\(definition.procedure)”",
              en: "the catalogue has no procedure “\(definition.procedure)”"),
            remedy: Label(
              vi: "tìm mã bằng: motcua procedure list; hoặc thêm thủ tục: motcua procedure load TỆP.csv",
              en: "find its code: motcua procedure list; or add it: motcua procedure load FILE.csv")))
      }
      if let last = newest[definition.procedure], definition.version <= last,
        let fault = try await taken(workflow, by: last, shop)
      {
        faults.append(fault)
      }
      if !seen.insert(definition.procedure).inserted {
        faults.append(
          Fault(
            workflow.places.top,
            Label(
              vi: "thủ tục \(definition.procedure) có hai tệp cùng lúc",
              en: "two files are of procedure \(definition.procedure)"),
            remedy: Label(vi: "công bố từng bản một", en: "publish one version at a time")))
      }
    }
    return faults
  }
}

extension WorkflowPublish {
  /// What is wrong with a version that is not above the last; nil where it is published just so already.
  private func taken(_ workflow: CompiledWorkflow, by last: Int, _ shop: Shop) async throws -> Fault? {
    let definition = workflow.definition
    let isThere = try await shop.workflows(of: definition.procedure).contains {
      $0.version == definition.version
    }
    if isThere,
      try await shop.workflow(definition.procedure, version: definition.version).definition.canonicalJSON()
        == definition.canonicalJSON()
    {
      return nil
    }
    return Fault(
      workflow.places.top,
      isThere
        ? Label(
          vi:
            "version \(definition.version) của thủ tục \(definition.procedure) đã công bố với nội dung khác",
          en: "version \(definition.version) of \(definition.procedure) is published with other content")
        : Label(
          vi: "version \(definition.version) nhỏ hơn bản \(last) đã công bố",
          en: "version \(definition.version) is lower than \(last), which is published"),
      remedy: Label(vi: "ghi version: \(last + 1)", en: "write version: \(last + 1)"))
  }
}

struct WorkflowShow: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "show",
      abstract: help(
        "Xem một quy trình: các bước và chuyển bước.", "Show a workflow: its states and transitions."),
      discussion: help(
        "--format json in định nghĩa đã biên dịch; --format csv in bảng chuyển bước.",
        "--format json prints the compiled definition; --format csv the table of transitions."))
  }
  @Argument(help: procedureHelp) var procedure: String
  @Option(
    name: .customLong("version"),
    help: ArgumentHelp(
      help("bản nào; mặc định: bản đang dùng.", "which version; default: the one in force."),
      valueName: "number"))
  var edition: Int?
  @Flag(
    help: ArgumentHelp(
      help("in văn bản YAML như người soạn đã viết.", "print the YAML as its author wrote it.")))
  var source = false
  @Flag(
    help: ArgumentHelp(
      help("cả các thao tác chung theo luật.", "what the law grants every procedure as well.")))
  var common = false
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    let shop = try await target.openAsOwner(console)
    _ = try await shop.procedure(procedure)
    let workflow = try await shop.workflow(procedure, version: edition)
    let roles = try await shop.roleLabels()
    await shop.close()
    let definition = workflow.definition
    var output = Output(descriptor: 1)
    if source {
      output.write(workflow.yaml)
      return try output.flush()
    }
    switch console.format {
    case .json:
      output.write(String(decoding: definition.canonicalJSON(), as: UTF8.self) + "\n")
      try output.flush()
    case .csv: try transitionTable(console).write(transitions(workflow), console)
    case .table:
      let time =
        definition.legalTimes.map { Localized(same: " · ") + $0.label.localized } ?? Localized(same: "")
      console.say(definition.title.localized, .strong)
      console.say(
        Localized(
          vi: "\(definition.procedure), bản \(definition.version)",
          en: "\(definition.procedure), version \(definition.version)") + time, .muted)
      console.say(Localized(same: ""))
      let shown = transitions(workflow)
      let codes = Set(shown.flatMap { [$0.from, $0.to] } + [definition.initial])
      try stateTable(roles, console).write(
        definition.states.filter { common || codes.contains($0.code) }, console)
      console.say(Localized(same: ""))
      try transitionTable(console).write(shown, console)
      if shown.count < definition.transitions.count {
        console.note(
          Localized(
            vi: "Chưa kể các thao tác chung theo luật; xem cả: --common",
            en: "Without what the law grants every procedure; for all: --common"), .muted)
      }
    }
  }

  /// The procedure's own way, or everything.
  private func transitions(_ workflow: WorkflowSource) -> [Transition] {
    if common { return workflow.definition.transitions }
    let compiled = CompiledWorkflow(stored: workflow.definition, text: workflow.yaml)
    return zip(compiled.definition.transitions, compiled.places.transitions)
      .filter { !$0.1.isCommon && !$0.0.effect.isHandover }.map(\.0)
  }

  private func stateTable(_ roles: [String: Label], _ console: Console) -> Table<StateDefinition> {
    Table([
      Column("state", Localized(vi: "Bước", en: "State")) { .text($0.code) },
      Column("label", Localized(vi: "Tên", en: "Name"), priority: 1, minWidth: 12, wraps: true) {
        .text(console.text($0.label.localized))
      },
      Column("held_by", Localized(vi: "Nơi giữ", en: "Held by"), minWidth: 12, wraps: true) {
        $0.isEnd ? .none : .text($0.heldBy.phrase)
      },
      Column("role", Localized(vi: "Vai trò", en: "Role")) { state in
        state.isEnd ? .none : .label(state.role, console.text(roles.spoken(state.role)))
      },
      Column("time", Localized(vi: "Thời hạn", en: "Time"), priority: 2) { state in
        state.time.map { .label($0.description, console.text($0.spoken)) } ?? .none
      },
      Column("clock", Localized(vi: "Đồng hồ", en: "Clock"), priority: 4) {
        .label($0.clock.rawValue, console.text($0.clock.spoken))
      },
      Column("portal", Localized(vi: "Cổng", en: "Portal"), align: .right, priority: 5) { state in
        state.portal.map { .int($0) } ?? .none
      },
      Column("end", Localized(vi: "Kết thúc", en: "End"), priority: 3) { .text($0.end) },
    ])
  }

  private func transitionTable(_ console: Console) -> Table<Transition> {
    Table([
      Column("from", Localized(vi: "Từ", en: "From")) { .text($0.from) },
      Column("action", Localized(vi: "Thao tác", en: "Action")) { .text($0.action) },
      Column("to", Localized(vi: "Đến", en: "To")) { .text($0.to) },
      Column("label", Localized(vi: "Tên gọi", en: "Name"), priority: 5, minWidth: 10) {
        .text(console.text($0.label.localized))
      },
      Column("effect", Localized(vi: "Tác dụng", en: "Effect"), onlyForPrograms: true) {
        .text($0.effect.rawValue)
      },
      Column("by", Localized(vi: "Ai làm", en: "By"), priority: 2) { .list($0.by) },
      Column("when", Localized(vi: "Khi", en: "When"), priority: 1, minWidth: 12, wraps: true) {
        .text($0.when?.source)
      },
      Column("requires", Localized(vi: "Cần có", en: "Requires"), priority: 3) {
        .list($0.requires.map(\.rawValue))
      },
      Column("at_most", Localized(vi: "Tối đa", en: "At most"), align: .right, priority: 6) { line in
        line.atMost.map { .int($0) } ?? .none
      },
      Column("form", Localized(vi: "Mẫu", en: "Form"), priority: 7) { .text($0.form) },
    ])
  }
}

extension Clock {
  var spoken: Localized {
    switch self {
    case .running: Localized(vi: "chạy", en: "running")
    case .paused: Localized(vi: "tạm dừng", en: "paused")
    case .stopped: Localized(vi: "dừng", en: "stopped")
    }
  }
}
