// Loading dossiers and appending what was decided: each one call of the database.

import CaseModel
import Postgres
import Workflow
import WorkingTime

/// What the door wrote.
package struct Appended: Sendable {
  package let code: String
  /// The event as stored, with the time, unit and dates that the door gave it.
  package let event: Event
  package let portalStatus: Int?
  package let hash: [UInt8]
}

extension Shop {
  /// Loads a dossier by its code or any unambiguous end of it, among those the actor may see.
  ///
  /// - Throws: ``ShopError/noDossier(_:candidates:ambiguous:)``
  package func load(_ code: String) async throws -> LoadedDossier {
    do {
      let row = try await line.ask { try await $0.query("SELECT * FROM motcua.load(\(code))").one() }
      return try await read(row)
    } catch let error as PostgresError {
      throw ShopError(error, dossier: code)
    }
  }

  /// Loads dossiers by id; those that the actor may not see are left out.
  package func load(_ ids: [DossierID]) async throws -> [LoadedDossier] {
    try await load(each: ids).map { try $0.loaded.get() }
  }

  /// Loads dossiers by id; those that the actor may not see are left out, and of one that cannot be read it is said
  /// why: the others of a batch go their way.
  package func load(
    each ids: [DossierID]
  ) async throws -> [(code: String, loaded: Result<LoadedDossier, ShopError>)] {
    let rows = try await line.ask {
      try await $0.query("SELECT * FROM motcua.load_many(\(ids.map(\.rawValue)))")
    }
    var all: [(code: String, loaded: Result<LoadedDossier, ShopError>)] = []
    for row in rows {
      let code: String = try row.get("code")
      do {
        all.append((code, .success(try await read(row))))
      } catch let error as ShopError {
        all.append((code, .failure(error)))
      }
    }
    return all
  }

  private func read(_ row: PostgresRow) async throws -> LoadedDossier {
    let loaded = try LoadedDossier(row)
    return loaded.conforming(to: try await definition(loaded.dossier.workflowVersion))
  }

  /// What a decision on a loaded dossier needs.
  ///
  /// - Throws: ``ShopError/notStaff(_:)`` where the acting role is nobody.
  package func context(_ loaded: LoadedDossier) async throws -> DecisionContext {
    guard let actor = loaded.actor else { throw ShopError.notStaff("") }
    return DecisionContext(
      now: loaded.now, actor: actor, workflowVersion: loaded.dossier.workflowVersion,
      definition: try await definition(loaded.dossier.workflowVersion),
      calendar: try await calendar(),
      units: try cache.units(loaded.units))
  }

  /// Appends one event at the version it was decided on.
  ///
  /// - Throws: ``ShopError/conflict(_:)`` where somebody was quicker, ``ShopError/refused(_:)``.
  package func append(_ event: Event, code: String) async throws -> Appended {
    let sql: SQL = """
      SELECT * FROM motcua.act_on(
        \(event.dossier), \(event.sequence - 1), \(event.action), \(event.aim), \
      \(event.payload.json), \(RequestID.fresh()))
      """
    return try await write(.decision(dossier: code)) {
      try await $0.query(sql)
    } reading: {
      try Appended($0)
    }
  }

  /// Appends events of many dossiers of one actor in one call; each succeeds or fails by itself.
  ///
  /// - Parameter events: at most one for each dossier.
  /// - Returns: one result for each event, in order.
  package func append(_ events: [(event: Event, code: String)]) async throws -> [Result<Appended, ShopError>]
  {
    try await act(events.map { RequestedStep($0.event, code: $0.code, request: RequestID.fresh()) })
  }

  /// Takes steps on many dossiers of one actor in one call; each succeeds or fails by itself.
  ///
  /// - Parameter together: nothing is written unless all succeed.
  /// - Returns: one result for each step, in order.
  package func act(_ steps: [RequestedStep], together: Bool = false) async throws -> [Result<
    Appended, ShopError
  >] {
    let requests: [String?]? = steps.contains { $0.request != nil } ? steps.map(\.request) : nil
    let sql = SQL(
      raw: "SELECT * FROM motcua.act_many($1, $2, $3, $4, $5, $6, $7)",
      parameters: [
        steps.map(\.dossier.rawValue), steps.map(\.version), steps.map(\.action), steps.map(\.to),
        steps.map(\.payload), requests, together,
      ])
    return try await write(
      sql, steps.map { .decision(dossier: $0.code) }, isRepeatable: steps.allSatisfy { $0.request != nil })
  }

  /// Takes a step on a dossier named by its whole code.
  ///
  /// - Parameter version: that it was decided on; nil where it does not matter.
  /// - Returns: the number of the event that it became.
  /// - Throws: ``ShopError/conflict(_:)`` where somebody was quicker, ``ShopError/refused(_:)``.
  package func act(
    _ code: String, version: Int32?, action: String, to: String?, payload: String
  ) async throws -> Int32 {
    do {
      return try await connection.query(
        "SELECT motcua.act($1, $2, $3, $4, $5)", code, version, action, to, payload
      ).one().get(0)
    } catch let error as PostgresError {
      throw ShopError(error, writing: .decision(dossier: code))
    }
  }

  /// Receives a dossier under a workflow version.
  package func receive(_ event: Event) async throws -> Appended {
    try await receive(event) { _ in }.appended
  }

  /// Receives a dossier, and reads from the answer what stands on its receipt as well.
  package func receive<T>(
    _ event: Event, reading: (PostgresRow) throws -> T
  ) async throws -> (appended: Appended, more: T) {
    let question = PostgresOnce(
      Query.named("received"), (event.workflowVersion, .int4), (event.payload.json, .text),
      (RequestID.fresh(), .text))
    return try await write(.reception(applicant: event.applicantName)) {
      try await $0.once([question]).rows(0)
    } reading: {
      (try Appended($0), try reading($0))
    }
  }

  /// Receives many dossiers of one actor in one call; each succeeds or fails by itself.
  package func receive(_ events: [Event]) async throws -> [Result<Appended, ShopError>] {
    try await write(
      """
      SELECT * FROM motcua.receive_many(
        \(events.map(\.workflowVersion.rawValue)), \(events.map(\.payload.json)),
        \(events.map { _ in RequestID.fresh() }))
      """, events.map { .reception(applicant: $0.applicantName) }, isRepeatable: true)
  }

  /// One write with a request's id: where its answer is lost, it is asked again.
  package func write<T>(
    _ what: ShopError.Doubt, _ ask: (any PostgresSession) async throws -> PostgresRows,
    reading: (PostgresRow) throws -> T
  ) async throws -> T {
    let rows: PostgresRows
    do {
      rows = try await line.ask(ask)
    } catch let error as PostgresError {
      throw ShopError(error, writing: what)
    }
    do {
      return try reading(try rows.one())
    } catch {
      throw ShopError.unreadableAnswer(what, "\(error)")
    }
  }

  /// One call of a set form. Where its answer is lost for good, each of its parts is in doubt.
  private func write(
    _ sql: SQL, _ parts: [ShopError.Doubt], isRepeatable: Bool
  ) async throws -> [Result<Appended, ShopError>] {
    guard !parts.isEmpty else { return [] }
    let rows: PostgresRows
    do {
      rows = try await isRepeatable ? line.ask { try await $0.query(sql) } : connection.query(sql)
    } catch let error as PostgresError where error.isInDoubt {
      return parts.map { .failure(.commitInDoubt($0)) }
    }
    var answers: [Result<Appended, ShopError>] = zip(rows, parts).map { row, part in
      do {
        return try Appended.result(row, dossier: part.name)
      } catch {
        return .failure(.unreadableAnswer(part, "\(error)"))
      }
    }
    for part in parts[answers.count...] {
      answers.append(.failure(.unreadableAnswer(part, "there is none")))
    }
    return answers
  }
}

extension RequestedStep {
  init(_ event: Event, code: String, request: String) {
    self.init(
      dossier: event.dossier, code: code, version: event.sequence - 1, action: event.action, to: event.aim,
      payload: event.payload.json, request: request)
  }
}

extension Event {
  /// The state a step leads to: at once, or when a handover is taken.
  fileprivate var aim: String { target.isEmpty ? to : target }

  fileprivate var applicantName: String { payload.reception?.applicant.name ?? "" }
}

extension Appended {
  /// Reads a row of the set forms: what was written, or why not.
  package static func result(_ row: PostgresRow, dossier: String) throws -> Result<Appended, ShopError> {
    guard let sqlState: String = try row.get("sqlstate") else { return .success(try Appended(row)) }
    let message: String = try row.get("message")
    let known = ShopError.door(
      sqlState: sqlState, message: message, detail: try row.get("detail"), hint: try row.get("hint"),
      dossier: dossier)
    if let known { return .failure(known) }
    return .failure(
      .refused(
        ShopError.Refusal(
          sqlState: sqlState, message: message, hint: try row.get("hint"), dossier: dossier, state: nil)))
  }

  init(_ row: PostgresRow) throws {
    code = try row.get("code")
    event = try Event(row)
    portalStatus = try row.get("portal_status", as: Int16?.self).map(Int.init)
    hash = try row.get("hash")
  }
}

extension Event {
  /// Reads an event from a row with the columns of `motcua.dossier_event`.
  package init(_ row: PostgresRow) throws {
    self.init(
      dossier: try row.get("dossier_id"), sequence: try row.get("seq"), at: try row.get("at"),
      actor: try row.get("actor"), login: try row.get("login"), unit: try row.get("unit"),
      action: try row.get("action"), from: try row.get("from_state"), to: try row.get("to_state"),
      target: try row.get("target_state"), unitTo: try row.get("unit_to"), due: try row.get("due"),
      stepDue: try row.get("step_due"),
      consulted: try row.get("consulted", as: [Int32].self).map(UnitID.init),
      workflowVersion: try row.get("workflow_version"), payload: try row.payload("payload"))
  }
}
