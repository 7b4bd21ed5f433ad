// The floor: what a decision costs at the least, by somebody who checks nothing. A bare transaction of five statements
// (lock the row, insert an event, update the row, upsert a timer, insert into an outbox) on tables of its own in the
// same database; and its set-based twin.

import Foundation
import Postgres

enum Floor {
  private static let rows = 10_000

  static func prepare() async throws {
    let db = try await PostgresConnection.connect("dbname=\(Stage.database)")
    try await db.execute(
      script: """
        DROP SCHEMA IF EXISTS floor CASCADE;
        CREATE SCHEMA floor;
        CREATE TABLE floor.d (id bigint PRIMARY KEY, version int NOT NULL, state text NOT NULL, holder int NOT NULL,
          due timestamptz, data jsonb NOT NULL, hash bytea NOT NULL) WITH (fillfactor = 80);
        CREATE INDEX ON floor.d (holder, state, due, id);
        CREATE TABLE floor.e (id bigint, seq int, at timestamptz, actor int, unit int, action text, from_state text,
          to_state text, payload json, prev bytea, hash bytea, PRIMARY KEY (id, seq));
        CREATE TABLE floor.t (id bigint, kind text, due timestamptz, PRIMARY KEY (id, kind)) WITH (fillfactor = 80);
        CREATE INDEX ON floor.t (due, id);
        CREATE TABLE floor.o (id bigint, seq int, status int, payload json, PRIMARY KEY (id, seq));
        INSERT INTO floor.d SELECT i, 1, 'received', i % 50, now(), '{"a":1}', sha256('x') FROM generate_series(1, \(rows)) i;
        INSERT INTO floor.t SELECT i, 'step', now() FROM generate_series(1, \(rows)) i;
        ANALYZE floor.d, floor.t
        """)
    await db.close()
  }

  static func perSecond(_ clients: Int, _ seconds: Int) throws -> Double {
    try pgbench(
      """
      \\set n :client_id * 100 + random(1, 100)
      BEGIN;
      SELECT version AS v FROM floor.d WHERE id = :n FOR NO KEY UPDATE \\gset
      INSERT INTO floor.e SELECT id, version, now(), 1, 2, 'forward', 'received', 'verified', '{"text":"x"}', hash, sha256(hash || int8send(id)) FROM floor.d WHERE id = :n;
      UPDATE floor.d SET version = :v + 1, state = CASE state WHEN 'received' THEN 'verified' ELSE 'received' END, due = now(), hash = sha256(hash || int8send(:n)) WHERE id = :n;
      INSERT INTO floor.t VALUES (:n, 'step', now()) ON CONFLICT (id, kind) DO UPDATE SET due = EXCLUDED.due;
      INSERT INTO floor.o VALUES (:n, :v, 4, '{"status":4}');
      COMMIT;

      """, clients, seconds)
  }

  /// Seconds that the set-based twin takes for so many rows.
  static func atOnce(_ count: Int) async throws -> Double {
    let db = try await PostgresConnection.connect("dbname=\(Stage.database)")
    let taken = try await bench.seconds {
      try await db.execute(
        script: """
          BEGIN;
          SELECT count(*) FROM (SELECT id FROM floor.d WHERE id = ANY (ARRAY(SELECT generate_series(1, \(count)))) ORDER BY id FOR NO KEY UPDATE) x;
          INSERT INTO floor.e SELECT id, version, now(), 1, 2, 'forward', 'received', 'verified', '{"text":"x"}', hash, sha256(hash || int8send(id)) FROM floor.d;
          UPDATE floor.d SET version = version + 1, state = CASE state WHEN 'received' THEN 'verified' ELSE 'received' END, due = now(), hash = sha256(hash || int8send(id));
          INSERT INTO floor.t SELECT id, 'step', now() FROM floor.d ON CONFLICT (id, kind) DO UPDATE SET due = EXCLUDED.due;
          INSERT INTO floor.o SELECT id, version, 4, '{"status":4}' FROM floor.d;
          COMMIT
          """)
    }
    await db.close()
    return taken
  }
}
