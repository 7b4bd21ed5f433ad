// The table of effects: its facts agree, an effect can be added by a row and its functions alone, and nothing outside
// the table tells effects apart by their names.

import CaseModel
import CaseTesting
import Foundation
import Testing
import WorkingTime

@testable import Workflow

@Suite struct EffectTableTests {
  @Test func theFactsAgree() throws {
    let names = Effect.all.map(\.rawValue)
    #expect(Set(names).count == names.count)
    for effect in Effect.all {
      let rule = effect.rule
      #expect(Set(rule.may).count == rule.may.count, "\(rule.name) names a member twice")
      #expect(rule.must.allSatisfy(rule.may.contains), "\(rule.name) must hold what it may not")
      #expect(Effect(rawValue: rule.name) == effect)
      // A receiver there is only of a handover, a unit asked only while it is.
      #expect(rule.party != .receiver || rule.during == .handover, "\(rule.name)")
      #expect((rule.party == .consulted) == rule.needsConsultation, "\(rule.name)")
      #expect(rule.destination != .pending || rule.during == .handover, "\(rule.name)")
      #expect(effect.moves == (rule.clock == .entered && effect != .receive), "\(rule.name)")
      // That a transition is a service's, its `by` says.
      #expect(!rule.party.isService, "\(rule.name)")
    }
    #expect(Effect.written.map(\.rawValue) == names.filter { $0 != "receive" })
    // Every member is some effect's, or may go with any.
    #expect(Set(Effect.all.flatMap(\.rule.may)) == Set(PayloadMember.allCases))
  }

  @Test func whatACommandLacksFollowsFromTheTable() throws {
    func row(_ effect: Effect, _ requires: [Requirement] = []) -> Transition {
      Transition(
        from: "a", action: "do", to: "a", effect: effect, requires: requires, label: Label(vi: "", en: ""))
    }
    #expect([row(.decline, [.signature])].missingMembers { _ in false } == [.signature, .reason])
    #expect([row(.amend, [.reason])].missingMembers { $0 == .data } == [.reason])
    // What one of them can do without, none is asked for.
    #expect([row(.move, [.reason]), row(.move)].missingMembers { _ in false } == [])
    #expect([row(.move, [.reason]), row(.move, [.reason])].missingMembers { _ in false } == [.reason])
    #expect([Transition]().missingMembers { _ in false } == [])
  }

  @Test func rolesAreAlwaysNamedButForAHandoversReceiver() throws {
    for file in try Content.definitions() {
      let definition = try Content.compile(file).definition
      for transition in definition.transitions + [definition.reception] {
        let roles = definition.roles(of: transition)
        let isReceivers = transition.effect.rule.party == .receiver && !transition.effect.takes
        #expect(isReceivers || !roles.isEmpty, "\(file): \(transition.from) \(transition.action)")
        #expect(!roles.contains(""), "\(file): \(transition.from) \(transition.action)")
      }
    }
    let example = try Example()
    let take = try #require(example.definition.transition(from: "received", action: "take", to: "appraisal"))
    #expect(example.definition.roles(of: take) == ["officer"])
    let decline = try #require(
      example.definition.transition(from: "received", action: "decline", to: "received"))
    #expect(example.definition.roles(of: decline) == [])
    #expect(example.definition.roles(of: decline, handedTo: "appraisal") == ["officer"])
    #expect(example.definition.roles(of: example.definition.reception) == ["clerk"])
  }

  // MARK: - One more effect

  /// A dossier is lent to somebody of another unit, with a reason: a row and two functions.
  private static let lend: Effect = {
    var rule = EffectRule("lend")
    rule.members = [.assignee]
    rule.must = [.assignee, .reason]
    rule.check = Lending.check
    rule.fold = Lending.fold
    return Effect(rule)
  }()

  private enum Lending {
    static func check(_ situation: Situation, _ payload: inout Payload) throws(Rejection) {
      if payload.assignee == situation.context.actor.staff {
        throw .badInput(field: "assignee", problem: .unknown)
      }
    }

    static func fold(
      _ dossier: inout Dossier, _ event: Event, _: WorkflowDefinition
    ) throws(HistoryFault) {
      dossier.assignee = event.payload.assignee
    }
  }

  @Test func anAddedEffectIsDecidedFoldedOfferedAndAskedFor() throws {
    var example = try Example()
    let lent = Transition(
      from: "appraisal", action: "lend", to: "appraisal", effect: Self.lend, by: ["officer"],
      label: Label(vi: "Cho mượn", en: "Lend"))
    example.definition.transitions.append(lent)
    let dossier = try example.appraised()
    func lend(_ fill: (inout Payload) -> Void) throws -> Rejection? {
      try example.refusal(dossier, Command("lend", fill))
    }
    #expect(try lend { _ in } == .badInput(field: "assignee", problem: .empty))
    #expect(try lend { $0.assignee = StaffID(7) } == .missing(.reason, action: "lend"))
    #expect(
      try lend {
        $0.assignee = StaffID(7)
        $0.reason = "đối chiếu"
        $0.opinion = .agree
      } == .badInput(field: "opinion", problem: .unknown))
    #expect(
      try lend {
        $0.assignee = StaffID(10)
        $0.reason = "đối chiếu"
      } == .badInput(field: "assignee", problem: .unknown))
    let command = Command("lend") {
      $0.assignee = StaffID(7)
      $0.reason = "đối chiếu"
    }
    let after = try example.after(dossier, command, "2018-11-08T09:00", "officer", Example.district)
    #expect(after.assignee == StaffID(7))
    #expect(after.state == dossier.state && after.holder == dossier.holder && after.due == dossier.due)
    #expect(
      try example.refusal(dossier, command, "2018-11-08T09:00", "leader")
        == .notYours(action: "lend", unit: Example.district, roles: ["officer"]))
    // Not while it is on its way.
    var sent = example.definition
    sent.transitions.append(
      Transition(
        from: "received", action: "lend", to: "received", effect: Self.lend, label: Label(vi: "", en: "")))
    example.definition = sent
    guard case .handoverPending? = try example.refusal(try example.sent(), command) else {
      Issue.record("lent while it was on its way")
      return
    }

    let context = try example.context("2018-11-08T09:00", "officer", Example.district)
    let offered = options(dossier, context).filter { $0.transition.effect == Self.lend }
    #expect(offered.map(\.isMine) == [true] && offered.map(\.isPossible) == [true])
    #expect([lent].missingMembers { _ in false } == [.assignee, .reason])
    #expect(lent.must == [.assignee, .reason] && lent.party == .holder)
    #expect(example.definition.roles(of: lent) == ["officer"])
  }

  @Test func anAddedEffectIsReadExpandedAndProved() throws {
    let text =
      SoundnessTests.sound + "\nactions:\n"
      + "  - {action: lend, from: running, effect: lend, label: {vi: Cho mượn, en: Lend}}\n"
    // Not in the table: it is said what there is.
    let faults = try SoundnessTests.faults(text)
    #expect(faults.count == 1)
    #expect(faults.first?.english.contains("cannot be “lend”") == true)

    let log = FaultLog()
    let source = try #require(
      SourceReader.read(text, file: "test.yaml", log: log, effects: Effect.written + [Self.lend]))
    let whole = Inclusion(log: log, find: { Content.include($0).map(PreparedInclude.init) }).merge(source)
    let compiled = try #require(DefinitionBuilder(source: whole, log: log).build())
    #expect(log.faults.map(\.english) == [])
    let rows = compiled.definition.transitions.filter { $0.effect == Self.lend }
    #expect(rows.map(\.from) == ["received", "appraisal", "consulted", "signing"])
    #expect(rows.allSatisfy { $0.from == $0.to && $0.by == [compiled.definition.state($0.from)?.role ?? ""] })
    #expect(SoundnessCheck.faults(of: compiled, on: City.day).map(\.english) == [])
  }

  // MARK: - Nothing else knows the names

  /// Where effects are told apart by name: the table, and the functions its rows name.
  private static let table = ["EffectTable.swift", "EffectSteps.swift"]

  @Test func noOtherFileTellsEffectsApart() throws {
    let names = Effect.all.map(\.rawValue).joined(separator: "|")
    let choosing = try Regex(#"switch [^\n]*\b[eE]ffect\)? *\{"#)
    let member = try Regex(#"\.(\#(names))\b"#)
    let word = try Regex(#""(\#(names))""#)
    var seen: Set<String> = []
    let files = FileManager.default.enumerator(
      at: Content.root.appendingPathComponent("Sources"), includingPropertiesForKeys: nil)
    for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
      seen.insert(file.lastPathComponent)
      if Self.table.contains(file.lastPathComponent) { continue }
      // A front end has commands for some effects, and may name these.
      let isFrontEnd = file.pathComponents.contains("motcua")
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        #expect(line.firstMatch(of: choosing) == nil, "\(file.lastPathComponent): \(line)")
        if isFrontEnd { continue }
        let isAboutEffects = line.localizedCaseInsensitiveContains("effect")
        #expect(
          !isAboutEffects || line.matches(of: member).count < 2, "\(file.lastPathComponent): \(line)")
        #expect(line.matches(of: word).count < 3, "\(file.lastPathComponent): \(line)")
      }
    }
    #expect(Set(Self.table).isSubset(of: seen) && seen.contains("Decide.swift"))
  }

  /// The files of the database that tell effects apart, which docs/architecture.md names to whoever adds one. (That the
  /// door takes one it has never heard of by its row alone: Tests/sql/new_effect.sql.)
  @Test func theDatabaseTellsEffectsApartWhereItIsSaid() throws {
    let names = Effect.all.map(\.rawValue).joined(separator: "|")
    let word = try Regex("effect.*'(\(names))'")
    let sql = Content.root.appendingPathComponent("sql")
    var telling: Set<String> = []
    let files = FileManager.default.enumerator(at: sql, includingPropertiesForKeys: nil)
    for case let file as URL in files ?? .init() where file.pathExtension == "sql" {
      // What migrations write as the default of a column is no difference.
      if file.pathComponents.contains("migrations") { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      if text.split(separator: "\n").contains(where: { $0.firstMatch(of: word) != nil }) {
        telling.insert(file.lastPathComponent)
      }
    }
    let architecture = try String(
      contentsOf: Content.root.appendingPathComponent("docs/architecture.md"), encoding: .utf8)
    for file in telling.filter({ !$0.hasPrefix("doctor_") }) {
      #expect(architecture.contains("`\(file)`") || architecture.contains("/\(file)`"), "\(file)")
    }
    #expect(telling.isSuperset(of: ["judge.sql", "act.sql", "act_one.sql", "publication.sql"]))
  }
}
