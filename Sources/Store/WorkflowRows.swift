// Definitions as rows: what the door checks a step against.

import CaseModel
import Postgres
import Workflow
import WorkingTime

/// Columns of workflow versions, states, consultations and transitions, gathered for one insert each.
struct WorkflowRows {
  private var procedures: [String] = []
  private var versions: [Int32] = []
  private var sources: [String] = []
  private var definitions: [String] = []
  private var digests: [[UInt8]] = []
  private var receivedAt: [String] = []
  private var initials: [String] = []
  private var compiled: [WorkflowDefinition] = []

  var isEmpty: Bool { procedures.isEmpty }

  mutating func add(_ source: WorkflowSource, json: String, digest: [UInt8]) {
    let definition = source.definition
    procedures.append(definition.procedure)
    versions.append(Int32(definition.version))
    sources.append(source.yaml)
    definitions.append(json)
    digests.append(digest)
    receivedAt.append(definition.receivedAt.joined(separator: " "))
    initials.append(definition.initial)
    compiled.append(definition)
  }

  /// Inserts everything as drafts, in five statements.
  ///
  /// - Returns: the versions' ids, in order.
  func insert(_ tx: PostgresTransaction) async throws -> [Int32] {
    let ids = try await tx.query(
      """
      SELECT nextval('motcua.workflow_version_id')::int FROM generate_series(1, \(Int32(procedures.count)))
      """
    ).map { try $0.get(0, as: Int32.self) }
    try await tx.query(
      """
      INSERT INTO motcua.workflow_version (id, procedure_code, version, source, definition, digest,
        received_at, initial_state, needed_papers, fees)
      SELECT i, p, v, s, d::json, g, string_to_array(t, ' '), n, c::jsonb, f::jsonb
      FROM unnest(\(ids)::int[], \(procedures)::text[], \(versions)::int[], \(sources)::text[],
        \(definitions)::text[], \(digests)::bytea[],
        \(receivedAt)::text[], \(initials)::text[], \(compiled.map(\.encodedPapers))::text[],
        \(compiled.map(\.encodedFees))::text[]) AS r (i, p, v, s, d, g, t, n, c, f)
      """)
    try await insertTimes(ids, tx)
    try await insertStates(ids, tx)
    try await insertTransitions(ids, tx)
    return ids
  }

  private func insertTimes(_ ids: [Int32], _ tx: PostgresTransaction) async throws {
    let times = zip(ids, compiled).flatMap { id, definition in
      Channel.allCases.compactMap { channel in
        definition.legalTime(on: channel).map { (id, channel, $0) }
      }
    }
    try await tx.query(
      """
      INSERT INTO motcua.workflow_legal_time (version_id, channel, amount, unit)
      SELECT * FROM unnest(\(times.map(\.0))::int[], \(times.map(\.1.rawValue))::text[],
        \(times.map { Int32($0.2.amount) })::int[], \(times.map(\.2.unit.rawValue))::text[])
      """)
  }

  private func insertStates(_ ids: [Int32], _ tx: PostgresTransaction) async throws {
    let states = zip(ids, compiled).flatMap { id, definition in definition.states.map { (id, $0) } }
    let open = states.map { $0.1.isEnd ? nil : $0.1.heldBy }
    try await tx.query(
      """
      INSERT INTO motcua.workflow_state (version_id, state, label, holder_base, holder_parent, holder_tier,
        holder_department, role, time_amount, time_unit, clock, portal, outcome, silence)
      SELECT i, s, jsonb_build_object('vi', vi, 'en', en), b, hp, t, d, r, a, u, c, p, o, q
      FROM unnest(\(states.map(\.0))::int[], \(states.map(\.1.code))::text[],
        \(states.map(\.1.label.vi))::text[], \(states.map(\.1.label.en))::text[],
        \(open.map { $0?.base.rawValue })::text[], \(open.map { $0?.parent ?? false })::bool[],
        \(open.map { $0?.tier })::text[], \(open.map { $0?.department })::text[],
        \(states.map { $0.1.isEnd ? nil : $0.1.role } as [String?])::text[],
        \(states.map { $0.1.time.map { Int32($0.amount) } })::int[],
        \(states.map { $0.1.time?.unit.rawValue })::text[], \(states.map(\.1.clock.rawValue))::text[],
        \(states.map { $0.1.portal.map(Int32.init) })::int[], \(states.map(\.1.end))::text[],
        \(states.map(\.1.silence.rawValue))::text[])
        AS x (i, s, vi, en, b, hp, t, d, r, a, u, c, p, o, q)
      """)
    let asked = states.flatMap { id, state in
      state.consult.enumerated().map { (id, state.code, Int32($0.offset + 1), $0.element) }
    }
    try await tx.query(
      """
      INSERT INTO motcua.workflow_consult (version_id, state, no, holder_base, holder_parent, holder_tier,
        holder_department)
      SELECT * FROM unnest(\(asked.map(\.0))::int[], \(asked.map(\.1))::text[], \(asked.map(\.2))::int[],
        \(asked.map(\.3.base.rawValue))::text[], \(asked.map(\.3.parent))::bool[],
        \(asked.map(\.3.tier))::text[], \(asked.map(\.3.department))::text[])
      """)
  }

  /// Every transition with what its effect says of it, and the reception that begins a version.
  private func insertTransitions(_ ids: [Int32], _ tx: PostgresTransaction) async throws {
    let all = zip(ids, compiled).flatMap { id, definition in
      ([definition.reception] + definition.transitions).map { TransitionRow(id, $0, definition) }
    }
    let steps = all.map(\.transition)
    try await tx.query(
      """
      INSERT INTO motcua.workflow_transition (version_id, from_state, action, to_state, effect, actor, during, may,
        must, roles, at_most, before_due, requires, guard, label, form)
      SELECT i, f, a, t, e, c, d, string_to_array(y, ' '), string_to_array(u, ' '), string_to_array(r, ' '), m, b,
        string_to_array(q, ' '), w::jsonb,
        CASE WHEN f = '' THEN '{}' ELSE jsonb_build_object('vi', vi, 'en', en) END, o
      FROM unnest(\(all.map(\.version))::int[], \(steps.map(\.from))::text[], \(steps.map(\.action))::text[],
        \(steps.map(\.to))::text[], \(steps.map(\.effect.rawValue))::text[],
        \(steps.map(\.party.rawValue))::text[], \(steps.map(\.effect.rule.during.rawValue))::text[],
        \(all.map(\.may))::text[], \(all.map(\.must))::text[], \(all.map(\.roles))::text[],
        \(steps.map { $0.atMost.map(Int32.init) })::int[], \(steps.map(\.beforeDue))::bool[],
        \(all.map(\.requires))::text[], \(steps.map { $0.when?.encoded })::text[],
        \(steps.map(\.label.vi))::text[], \(steps.map(\.label.en))::text[], \(steps.map(\.form))::text[])
        AS x (i, f, a, t, e, c, d, y, u, r, m, b, q, w, vi, en, o)
      """)
  }
}

/// A transition as it is stored; its lists are words with spaces between.
private struct TransitionRow {
  let version: Int32
  let transition: Transition
  let may: String
  let must: String
  let roles: String
  /// What must be there before it, beside what its own payload must hold.
  let requires: String

  init(_ version: Int32, _ transition: Transition, _ definition: WorkflowDefinition) {
    self.version = version
    self.transition = transition
    may = Self.words(transition.may.map(\.rawValue))
    must = Self.words(transition.must.map(\.rawValue))
    roles = Self.words(definition.roles(of: transition))
    requires = Self.words(transition.requires.filter { $0 != .reason }.map(\.rawValue))
  }

  private static func words(_ words: [String]) -> String { words.joined(separator: " ") }
}
