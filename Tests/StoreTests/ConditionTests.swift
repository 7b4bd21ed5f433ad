// A condition means the same to the door as to the engine: random conditions of every construct over random data, and
// what the engine refuses about data and fees refused by the door's own functions.

import CaseModel
import CaseTesting
import Foundation
import Postgres
import PropertyTesting
import Store
import Testing
import Workflow
import WorkingTime

@Suite struct ConditionTests {
  @Test func theDoorReadsConditionsAsTheEngineDoes() async throws {
    try await TestShop.with { shop in
      try await shop.withOwner { owner in
        var verdicts: [Bool?: Int] = [:]
        try await check(
          "condition_value = Expression.value", runs: 5_000, zip(Conditions.any(depth: 3), Conditions.data)
        ) { expression, data in
          let engine = expression.value(in: data).bool
          let door = try await owner.query(
            """
            SELECT motcua.condition_value(\(Guard(expression).encoded)::jsonb,
              coalesce(\(Self.json(data))::jsonb -> 'data', '{}'))::text
            """
          ).one().get(0, as: String?.self)
          try demandEqual(door, engine.map { "\($0)" }, "\(expression) over \(data)")
          verdicts[engine, default: 0] += 1
        }
        for verdict in [true, false, nil] as [Bool?] {
          #expect(
            verdicts[verdict, default: 0] > 100, "too seldom \(String(describing: verdict)): \(verdicts)")
        }
      }
    }
  }

  /// The longest within the language's limits.
  @Test func longConditionsAreRead() async throws {
    try await TestShop.with { shop in
      try await shop.withOwner { owner in
        for source in [
          Array(repeating: "p", count: 790).joined(separator: " or "),
          Array(repeating: "a", count: 198).joined(separator: "+") + " > 5",
          String(repeating: "not(", count: 60) + "p" + String(repeating: ")", count: 60),
        ] {
          let condition = try Guard(source: source)
          let data: [String: DataValue] = ["a": .integer(1), "p": .bool(true)]
          let door = try await owner.query(
            "SELECT motcua.condition_value(\(condition.encoded)::jsonb, \(#"{"a":1,"p":true}"#)::jsonb)::text"
          ).one().get(0, as: String?.self)
          #expect(door == condition.holds(in: data).map { "\($0)" })
        }
      }
    }
  }

  @Test func theDoorKnowsTheKindsOfFieldsAsTheEngineDoes() async throws {
    let label = Label(vi: "", en: "")
    var fields = DataField.Kind.allCases.map { DataField(name: "f_\($0)", kind: $0, label: label) }
    fields += [
      DataField(name: "least", kind: .decimal, label: label, min: .decimal(Decimal(string: "0.5") ?? 0)),
      DataField(name: "most", kind: .integer, label: label, max: .integer(10)),
      DataField(name: "since", kind: .date, label: label, min: .date(try Day("2018-01-01"))),
      DataField(name: "kind", kind: .choice, label: label, options: ["new", "sửa \"chữa\""]),
    ]
    let definition = WorkflowDefinition(
      procedure: "P1", version: 1, title: label, legalTimes: nil, receivedAt: [], data: fields, initial: "s",
      states: [], transitions: [])
    let declared = String(decoding: definition.canonicalJSON(), as: UTF8.self)
    let values: Gen<DataValue> = .oneOf(
      Gen<Bool>.bool.map { .bool($0) }, Gen<Int>.int(in: -3...12).map { .integer(Int64($0)) },
      Gen<String>.element(of: ["0.5", "0.4999", "10.5", "-1.25"]).map { .decimal(Decimal(string: $0) ?? 0) },
      Gen<String>.element(of: [
        "", "new", "sửa \"chữa\"", "old", "2018-01-01", "2017-12-31", "2020-02-29", "2019-02-29", "2018-1-1",
        "2018-00-10", "2018-13-01", "2018-04-31", "0000-01-01", "9999-12-31", "2018-01-01 ", "٢٠١٨-٠١-٠١",
      ]).map { .text($0) })
    let given = zip(Gen<String>.element(of: fields.map(\.name) + ["khác"]), values)
    try await TestShop.with { shop in
      try await shop.withOwner { owner in
        try await check("data_fault = problem", runs: 2_000, given) { name, value in
          var engine: Rejection?
          do throws(Rejection) { try definition.check([name: value]) } catch { engine = error }
          let door = try await owner.query(
            """
            SELECT motcua.data_fault((SELECT jsonb_object_agg(f ->> 'name', f::jsonb - '{name,label,unit,required,default}'::text[])
              FROM json_array_elements(\(declared)::json -> 'data') AS f), \(Self.json([name: value]))::jsonb -> 'data')
            """
          ).one().get(0, as: String?.self)
          try demandEqual(
            door == nil, engine == nil,
            "\(name) = \(value): \(door ?? "nothing"), \(String(describing: engine))")
        }
      }
    }
  }

  private static func json(_ data: [String: DataValue]) -> String {
    var payload = Payload()
    payload.data = data
    return payload.json
  }
}
