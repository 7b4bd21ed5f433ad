// Somebody who works until it is killed, or the server is: for the crash tests.
//
//     crash-worker SEED RUN DOSSIERS
//
// Receives so many dossiers in the city of the tests and carries them some way, eight people at once, going on with
// what an earlier run left. Every decision bears a token. `ask TOKEN` is printed before the database is asked,
// `ack TOKEN DOSSIER SEQUENCE HASH` once it has acknowledged. The PG variables name the server. Ends with 0 when all
// is done, with 75 when the server is gone.

import CaseModel
import Glibc
import Intake
import Postgres
import PropertyTesting
import Store
import Workflow

let arguments = CommandLine.arguments
guard arguments.count == 4, let seed = UInt64(arguments[1]), let wanted = Int(arguments[3]) else { exit(64) }
let people = 8

do {
  let units = try await Streets.all()
  try await withThrowingTaskGroup(of: Void.self) { group in
    for person in 0..<people {
      let share = (wanted + people - 1 - person) / people
      group.addTask {
        var worker = try await Worker(seed: seed, run: arguments[2], person: person, units: units)
        try await worker.finishOld()
        try await worker.work(dossiers: share)
        await worker.session.close()
      }
    }
    try await group.waitForAll()
  }
} catch let error as PostgresError {
  say("gone \(error)")
  exit(75)
} catch ShopError.database(let error) {
  say("gone \(error)")
  exit(75)
} catch ShopError.commitInDoubt {
  say("gone in doubt")
  exit(75)
} catch {
  say("fault \(error)")
  exit(70)
}

/// A line at once and whole: shorter than a pipe's buffer, and nothing waits in this process.
func say(_ line: String) {
  let bytes = Array((line.replacing("\n", with: " ") + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
}

/// The units as people's names have them, by id.
enum Streets {
  static func all() async throws -> [UnitID: String] {
    let owner = try await Shop.open("")
    let rows = try await owner.connection.query("SELECT id, lower(replace(code, '/', '-')) FROM motcua.unit")
    let names = try rows.decode(Int32.self, String.self)
    await owner.close()
    return Dictionary(uniqueKeysWithValues: names.map { (UnitID($0.0), $0.1) })
  }
}

struct Worker {
  let session: Shop
  private let person: Int
  private let run: String
  private let units: [UnitID: String]
  private let communes: [UnitID]
  private var dice: SplitMix64
  private var tokens = 0

  init(seed: UInt64, run: String, person: Int, units: [UnitID: String]) async throws {
    session = try await Shop.open("")
    self.person = person
    self.run = run
    self.units = units
    communes = units.filter { $0.value.count == 5 }.keys.sorted()
    dice = SplitMix64(seed: seed &* 31 &+ UInt64(person))
  }

  private mutating func token() -> String {
    tokens += 1
    return "t\(run).\(person).\(tokens)"
  }

  private func acknowledge(_ token: String, _ appended: Appended) {
    let hash = appended.hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    say("ack \(token) \(appended.event.dossier) \(appended.event.sequence) \(hash)")
  }

  /// Carries on some of what was left behind: every person other ones.
  mutating func finishOld() async throws {
    try await session.act(as: nil)
    let left = try await session.connection.query(
      """
      SELECT dossier_id FROM motcua.dossier WHERE ended_at IS NULL AND dossier_id % \(Int32(people)) = \(Int32(person))
      ORDER BY changed_at DESC LIMIT 8
      """
    ).map { DossierID(try $0.get(0)) }
    for id in left { try await carry(id) }
  }

  mutating func work(dossiers: Int) async throws {
    var received = 0
    while received < dossiers {
      // Now and then several at once.
      let count = min(dice.next() % 5 == 0 ? 5 : 1, dossiers - received)
      for id in try await receive(count) { try await carry(id) }
      received += count
    }
  }

  private mutating func receive(_ count: Int) async throws -> [DossierID] {
    let unit = communes[Int(dice.next() % UInt64(communes.count))]
    let procedure = dice.next() % 3 == 0 ? "1.013225" : "2.000635"
    try await session.act(as: "clerk.\(units[unit] ?? "")")
    let context = try await session.receptionFacts(procedure, around: [unit]).context
    var tokens: [String] = []
    var events: [Event] = []
    for _ in 0..<count {
      let token = token()
      var application = Application(procedure: procedure, unit: unit, applicant: Applicant(name: token))
      application.documents = ["application", "land_title", "drawings", "declaration"]
        .filter { id in context.definition.components.contains { $0.id == id } }
        .map { Document(component: $0, name: "Giấy tờ") }
      if procedure == "1.013225" { application.data = ["floor_area": .integer(90)] }
      events.append(try Counter(session).decide(application, context))
      tokens.append(token)
    }
    for token in tokens { say("ask \(token)") }
    let answers =
      count == 1 ? [.success(try await session.receive(events[0]))] : try await session.receive(events)
    var ids: [DossierID] = []
    for (token, answer) in zip(tokens, answers) {
      let appended = try answer.get()
      acknowledge(token, appended)
      ids.append(appended.event.dossier)
    }
    return ids
  }

  /// Some steps on the way of a dossier.
  private mutating func carry(_ id: DossierID) async throws {
    for _ in 0..<dice.next() % 7 {
      try await session.act(as: nil)
      guard let seen = try await session.load([id]).first, seen.dossier.isOpen else { return }
      let (who, action) = step(seen.dossier)
      try await session.act(as: who)
      guard let loaded = try await session.load([id]).first else { return }
      let token = token()
      let command = Command(action, payload: payload(action, token))
      let event = try decide(loaded.dossier, command, try await session.context(loaded))[0]
      say("ask \(token)")
      acknowledge(token, try await session.append(event, code: loaded.code))
    }
  }

  /// The next step, and who takes it.
  private mutating func step(_ dossier: Dossier) -> (who: String, action: String) {
    let here = units[dossier.holder] ?? ""
    if let pending = dossier.pending {
      return ("\(pending.state == "ready" ? "clerk" : "chief").\(units[pending.unit] ?? "")", "take")
    }
    let clerk = ["received", "ready"].contains(dossier.state)
    let desk = "\(clerk ? "clerk" : "chief").\(here)"
    if dice.next() % 6 == 0 { return (desk, "note") }
    switch dossier.state {
    case "received": return (desk, dossier.feePaid < dossier.feeDue ? "pay" : "forward")
    case "signing": return (desk, "sign")
    case "sealing": return (desk, "seal")
    case "ready": return (desk, "return")
    default: return (desk, "submit")
    }
  }

  private func payload(_ action: String, _ token: String) -> Payload {
    var payload = Payload()
    payload.text = token
    if action == "pay" { payload.payment = Payment(amount: 8000, method: "cash") }
    if action == "sign" { payload.signature = Signature(number: "12/GP") }
    return payload
  }
}
