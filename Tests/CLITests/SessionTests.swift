// How a command meets its surroundings: closed streams, a login's own settings, somebody who may not act any more.

import Foundation
import Testing

@Suite struct SessionTests {
  /// Runs the program by a shell that has closed or turned some of its streams.
  private func motcua(_ arguments: [String], streams: String) async throws -> Run {
    try await run(
      URL(fileURLWithPath: "/bin/sh"),
      ["-c", "exec \"$0\" \"$@\" \(streams)", program.path(percentEncoded: false)] + arguments)
  }

  /// What is opened first must not be taken for the standard output: the database's connection, say.
  @Test func aClosedStreamIsNobodyElses() async throws {
    let office = try await Office()
    let code = try await office.receive()
    let shop = ["--database", office.shop.database, "--as", "lan"]
    for arguments in [["inbox"], ["inbox", "--format", "json"], ["dossier", "show", code]] {
      let told = try await motcua(arguments + shop, streams: ">&-")
      #expect(told.status == 74 && told.err.contains("The output cannot be written"), "\(arguments): \(told)")
    }
    let batch = ["calendar", "due", "--batch", "--database", office.shop.database]
    #expect(try await motcua(batch, streams: "<&-").status == 66)
    #expect(try await motcua(batch, streams: "</").status == 66)
    let silent = try await motcua(["dossier", "show", "nothing"] + shop, streams: "2>&-")
    #expect(silent.status == 66 || silent.status == 65, "\(silent)")
    for arguments in [["--help"], ["--version"], ["inbox", "--help"]] {
      #expect(try await motcua(arguments, streams: ">/dev/full").status == 74, "\(arguments)")
    }
  }

  /// Who is set up to act and no longer works here stands in nobody's way but their own.
  @Test func theOwnerIsNotHeldUpByWhoIsNoLongerActive() async throws {
    let office = try await Office()
    try done(await office.shop.motcua("staff", "deactivate", "hoa"))
    let environment: [String: String?] = ["MOTCUA_STAFF": "hoa"]
    try done(await office.shop.motcua("staff", "list", environment: environment))
    let inbox = try await office.shop.motcua("inbox", environment: environment)
    #expect(inbox.status != 0 && !inbox.err.contains("Unexpected"), "\(inbox.err)")
    // And another acts all the same.
    try done(await office.shop.motcua("inbox", as: "lan", environment: environment))
    try done(await office.shop.motcua("staff", "activate", "hoa", environment: environment))
  }

  /// Whatever isolation a database has by default, decisions are written at that which the door asks for.
  @Test func aDefaultIsolationIsNoHindrance() async throws {
    let office = try await Office()
    let code = try await office.receive()
    _ = try await office.shop.value(
      """
      DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable', current_database());
      END $$
      """)
    try done(await office.motcua(["dossier", "note", code, "--text", "đã gọi"], as: "lan"))
    _ = try await office.receive("Trần Văn Bé")
  }
}
