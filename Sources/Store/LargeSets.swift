// Sets of any size: call after call in one transaction, all or nothing, no more in memory than one call's.

import CaseModel
import Postgres
import Workflow

extension Shop {
  /// Takes steps on any number of dossiers of one actor in one transaction: all of them, or none where any is refused.
  ///
  /// - Parameters:
  ///   - steps: at most one for each dossier, in ascending order of these: two sets at once then cannot deadlock.
  ///   - size: how many go into one call of the door, which takes up to 10,000.
  ///   - told: called with each answer as it comes; where one of them is a refusal, nothing of what was told is kept.
  /// - Returns: how many were refused: 0 where all was written.
  /// - Throws: ``ShopError/commitInDoubt(_:)`` where the last answer was lost; `PostgresError`; what `told` throws. Then,
  ///   but for the first, nothing was written.
  package nonisolated(nonsending) func actTogether(
    _ steps: some Sequence<RequestedStep> & Sendable, inChunksOf size: Int = 2_000,
    told: (Result<Appended, ShopError>) throws -> Void = { _ in }
  ) async throws -> Int {
    try await together(steps, size, told) { shop, chunk in try await shop.act(chunk) }
  }

  /// Receives any number of applications of one actor in one transaction: all of them, or none where any is refused.
  /// The registers of their counters are locked until it ends.
  ///
  /// - Parameters, returns, throws: as ``actTogether(_:inChunksOf:told:)``.
  package nonisolated(nonsending) func receiveTogether(
    _ events: some Sequence<Event> & Sendable, inChunksOf size: Int = 2_000,
    told: (Result<Appended, ShopError>) throws -> Void = { _ in }
  ) async throws -> Int {
    try await together(events, size, told) { shop, chunk in try await shop.receive(chunk) }
  }

  private nonisolated(nonsending) func together<Part: Sendable>(
    _ parts: some Sequence<Part> & Sendable, _ size: Int,
    _ told: (Result<Appended, ShopError>) throws -> Void,
    _ write: @Sendable (Shop, [Part]) async throws -> [Result<Appended, ShopError>]
  ) async throws -> Int {
    do {
      return try await connection.transaction { tx in
        let shop = Shop(tx, cache: cache)
        var refused = 0
        var rest = parts.makeIterator()
        while true {
          var chunk: [Part] = []
          while chunk.count < size, let part = rest.next() { chunk.append(part) }
          if chunk.isEmpty { break }
          for answer in try await write(shop, chunk) {
            if case .failure = answer { refused += 1 }
            try told(answer)
          }
        }
        if refused > 0 { throw Refused(count: refused) }
        return 0
      }
    } catch let error as Refused {
      return error.count
    } catch let error as PostgresError {
      throw ShopError(error, writing: .transaction)
    }
  }
}

/// Takes back what was written of a set of which something was refused.
private struct Refused: Error {
  let count: Int
}
