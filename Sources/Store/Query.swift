// The runtime queries, by the names of their files in sql/queries.

import Postgres

/// A query of `sql/queries`. The text is compiled in; parameters are always bound.
package enum Query {
  /// The text of `sql/queries/NAME.sql`.
  package static func named(_ name: String) -> SQL {
    // A missing file is a broken build; the tests ask for every name.
    SQL(raw: EmbeddedSql.files["queries/\(name).sql"] ?? "SELECT motcua.no_such_query('\(name)')")
  }
}
