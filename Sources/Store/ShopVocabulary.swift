// What a shop calls the tiers, departments and roles that its definitions speak of.

import CaseModel
import Postgres
import Workflow

extension Shop {
  /// The names of the shop's own tables, which say how things are called here whatever a definition once included.
  package func vocabulary() async throws -> Vocabulary {
    var vocabulary = Vocabulary()
    vocabulary.roles = try await roleLabels()
    for (code, names) in try await connection.query("SELECT code, names::text FROM motcua.tier")
      .decode(String.self, String.self)
    {
      vocabulary.tiers[code] = Label(json: names, else: code)
    }
    // Units have one name each, and a district's bears that of the district behind the department's. Of a department
    // that the units do not call alike there is no name.
    let departments = try await connection.query(
      """
      SELECT tier || '/' || department, min(name)
      FROM (
        SELECT u.tier, u.department, CASE WHEN right(u.name, length(p.name) + 1) = ' ' || p.name
            THEN left(u.name, -(length(p.name) + 1)) ELSE u.name END AS name
        FROM motcua.unit u JOIN motcua.unit p ON p.id = u.parent_id
        WHERE u.department IS NOT NULL AND u.valid_to IS NULL) AS d
      GROUP BY tier, department HAVING count(DISTINCT name) = 1
      """
    ).decode(String.self, String.self)
    for (key, name) in departments {
      // One that the program knows by this name has an English name as well.
      let known = Content.departments[key]
      vocabulary.departments[key] = known?.vi == name ? known : Label(vi: name, en: name)
    }
    return vocabulary
  }
}
