// A random scenario on stage: its world in a database, the engine beside the door.

import CaseModel
import CaseTesting
import Doctor
import Postgres
import PropertyTesting
import Store
import Workflow
import WorkingTime

/// What an attempt came to on both sides.
struct Trial {
  let before: Dossier
  let command: Command
  /// As the database gave it; `now` is its clock before the call.
  let context: DecisionContext
  let swift: Result<Event, Rejection>
  let door: Result<Appended, ShopError>
  /// The row afterwards, as its owner reads it.
  let row: Dossier

  var story: String {
    let who = context.actor.assignments.map { "\($0.role) of unit \($0.unit)" }.joined(separator: ", ")
    return """
      event \(before.version + 1) at \(context.now): \(command.action) → \(command.to ?? "?") by \(who) in \
      \(before.state) at unit \(before.holder)\(before.pending.map { ", on its way to \($0)" } ?? ""), \
      payload \(command.payload.json)
      """
  }
}

/// One dossier of a scenario, lived in the database.
struct Stage {
  let scenario: Scenario
  let shop: TestShop
  /// Reads as the superuser and moves the clock.
  let owner: Shop
  /// Acts as whoever an attempt names.
  let desk: Shop
  let version: WorkflowVersionID

  static func with(
    _ scenario: Scenario, in shop: TestShop, _ body: (Stage) async throws -> Void
  ) async throws {
    try await shop.settle(scenario.world)
    try await shop.with { owner in
      let source = WorkflowSource(yaml: "", definition: scenario.definition)
      guard let version = try await owner.publish([source]).first else {
        throw Unavailable(description: "the definition was not published")
      }
      try await shop.with { desk in
        try await body(
          Stage(scenario: scenario, shop: shop, owner: owner, desk: desk, version: version))
      }
    }
  }

  func setClock(_ now: Instant) async throws {
    try await owner.connection.query("SELECT motcua.set_training_clock(\(now))")
  }

  func row(_ id: DossierID) async throws -> Dossier {
    guard let loaded = try await owner.load([id]).first else {
      throw Unavailable(description: "no dossier \(id)")
    }
    return loaded.dossier
  }

  /// Receives the scenario's dossier, and holds the door to what the engine said.
  func receive(inBatch: Bool = false) async throws -> Dossier {
    try await setClock(scenario.receivedAt)
    try await desk.act(
      as: WorldStaff.name(WorldStaff.id(scenario.reception, scenario.definition.states[0].role)))
    var context = try await desk.receptionFacts(
      "P1", around: [scenario.reception, scenario.address].compactMap { $0 }
    ).context
    let payload = scenario.receptionPayload
    let decided = try decideReception(DossierID(0), payload, context)
    let appended =
      inBatch ? try await desk.receive(decided)[0].get() : try await desk.receive(decided[0])
    context.now = appended.event.at
    let replayed = try decideReception(appended.event.dossier, payload, context)
    try demandEqual(appended.event.plain(scenario.definition), replayed[0].plain(scenario.definition))
    let folded = try evolve(nil, appended.event, scenario.definition)
    try demandSame(folded, try await row(folded.id), "after the reception")
    return folded
  }

  /// The person an attempt means, and its command with people who exist.
  func cast(_ attempt: Attempt, on dossier: Dossier) -> (Command, StaffID) {
    let standpoint = Standpoint(
      dossier, scenario.definition, units: scenario.world.units.map(\.id))
    var (command, actor) = attempt.command(on: standpoint)
    let role = scenario.definition.state(dossier.state)?.role ?? ""
    if let somebody = command.payload.assignee {
      // Mostly somebody who can be meant.
      let unit = somebody.rawValue == 0 ? scenario.reception : dossier.holder
      command.payload.assignee = WorldStaff.id(unit, somebody.rawValue == 1 ? "leader" : role)
    }
    return (command, WorldStaff.person(for: actor) ?? WorldStaff.id(scenario.reception, "clerk"))
  }

  /// What both sides say to an attempt; the door is asked in any case, and what it should not have let through,
  /// because the engine alone knows, is taken back.
  func attempt(_ attempt: Attempt, on before: Dossier) async throws -> Trial {
    let (command, person) = cast(attempt, on: before)
    try await desk.act(as: WorldStaff.name(person))
    let code = try await owner.load([before.id])[0].code
    guard let loaded = try await desk.load([before.id]).first else {
      return try await blind(command, person, code, before)
    }
    try demandSame(before, loaded.dossier, "as its clerk loads it")
    var context = try await desk.context(loaded)
    context.colleagues = WorldStaff.assignments(in: scenario.world)
    let decided = decision(command, before, context)
    let door: Result<Appended, ShopError>
    switch decided {
    case .success(let event):
      door = try await append(event, code, inBatch: attempt.detail % 3 == 0)
    case .failure(let rejection):
      door = try await probe(command, before, code, rejection)
    }
    return Trial(
      before: before, command: command, context: context, swift: decided, door: door,
      row: try await row(before.id))
  }

  private func decision(
    _ command: Command, _ dossier: Dossier, _ context: DecisionContext
  ) -> Result<Event, Rejection> {
    do throws(Rejection) {
      let events = try decide(dossier, command, context)
      guard events.count == 1 else { throw .inconsistent("\(events.count) events") }
      return .success(events[0])
    } catch {
      return .failure(error)
    }
  }

  private func append(_ event: Event, _ code: String, inBatch: Bool) async throws -> Result<
    Appended, ShopError
  > {
    if inBatch { return try await desk.append([(event, code)])[0] }
    do {
      return .success(try await desk.append(event, code: code))
    } catch let error as ShopError {
      return .failure(error)
    }
  }

  /// Asks the door for what the engine refuses, as somebody with psql would, and takes it back.
  private func probe(
    _ command: Command, _ dossier: Dossier, _ code: String, _ rejection: Rejection?
  ) async throws -> Result<Appended, ShopError> {
    let rows = scenario.definition.transitions(from: dossier.state, action: command.action)
    // Which of several states is meant, the engine knows by the data.
    var meant: String?
    if case .noUnit(_, let state)? = rejection { meant = state }
    let fitting =
      rows.first { $0.to == dossier.pending?.state || $0.to == dossier.trail.last?.state }
      ?? rows.first { $0.when.map { $0.holds(in: dossier.data) == true } ?? true }
    let to = command.to ?? meant ?? fitting?.to ?? rows.first?.to ?? dossier.state
    let payload = command.payload.json
    do {
      try await desk.connection.query("BEGIN")
      let row = try await desk.connection.query(
        """
        SELECT * FROM motcua.act_on(\(dossier.id), \(dossier.version), \(command.action), \(to), \(payload))
        """
      ).one()
      let appended = try Appended.result(row, dossier: code)
      try await desk.connection.query("ROLLBACK")
      return appended
    } catch let error as PostgresError {
      try await desk.connection.query("ROLLBACK")
      return .failure(ShopError(error, dossier: code))
    }
  }

  /// Somebody who may not see the dossier: the engine is asked with what the owner sees, the door for itself.
  private func blind(
    _ command: Command, _ person: StaffID, _ code: String, _ before: Dossier
  ) async throws -> Trial {
    guard let loaded = try await owner.load([before.id]).first else {
      throw Unavailable(description: "no dossier \(code)")
    }
    let all = WorldStaff.assignments(in: scenario.world)
    let context = DecisionContext(
      now: loaded.now, actor: Actor(staff: person, assignments: all[person] ?? []), workflowVersion: version,
      definition: scenario.definition, calendar: try await owner.calendar(), units: scenario.world.tree,
      colleagues: all)
    let decided = decision(command, before, context)
    var rejection: Rejection?
    if case .failure(let refused) = decided { rejection = refused }
    return Trial(
      before: before, command: command, context: context, swift: decided,
      door: try await probe(command, before, code, rejection), row: try await row(before.id))
  }
}

extension Event {
  /// With its data as declared: what was stored as JSON tells no decimal from a whole number.
  func plain(_ definition: WorkflowDefinition) -> Event {
    var event = self
    event.payload.data = payload.data.map { definition.conform($0) }
    return event
  }
}

/// Fails unless two dossiers are the same, naming what differs.
func demandSame(_ folded: Dossier, _ row: Dossier, _ story: @autoclosure () -> String) throws {
  guard let difference = folded.difference(from: row) else { return }
  throw Broken("\(difference); \(story())")
}
