// An assignment that ends on the day on which it began holds no more, and what was done by it stays done.

import CaseModel
import Intake
import Postgres
import Store
import Testing
import WorkingTime

@Suite struct AssignmentTests {
  @Test func oneThatEndedOnItsFirstDayIsNeitherListedNorForgotten() async throws {
    try await TestShop.made { shop in
      try await shop.setClock(City.morning)
      try await shop.with { owner in
        let unit = try await owner.unit(named: "00001").id
        let today = try await owner.today()
        let person = try await owner.addStaff("moi", name: "Người Mới")
        try await owner.assign(person, unit: unit, role: "clerk")
        try await CityDay.with(shop) { day in
          let application = try await day.application("Trần Văn Sáng")
          try await day.session.act(as: "moi")
          _ = try await Counter(day.session).receive(application)
        }
        #expect(try await owner.endAssignment(person, unit: unit, role: "clerk", on: nil) == 1)
        #expect(try await owner.staff(username: "moi").flatMap(\.assignments).isEmpty)
        #expect(try await !owner.staff(unit: unit).contains { $0.username == "moi" })
        try await DoctorTests.expectWell(owner)

        // To a list of staff that is read in it is none that is there already, whatever day that names.
        for from in [today.adding(days: -10), nil] {
          let entry = StaffEntry(username: "moi", name: "Người Mới", unit: unit, role: "clerk", from: from)
          #expect(try await owner.enter(staff: [entry]).assignments == 1)
          #expect(
            try await owner.staff(username: "moi").flatMap(\.assignments).map(\.from) == [from ?? today])
          #expect(try await owner.endAssignment(person, unit: unit, role: "clerk", on: nil) == 1)
        }
        #expect(try await owner.staff(username: "moi").flatMap(\.assignments).isEmpty)
        try await DoctorTests.expectWell(owner)
      }
    }
  }

  /// Practised on a clock that was set back, after the definitions had been loaded.
  @Test func theVersionInForceIsTheOneOfTheHighestNumber() async throws {
    try await TestShop.with { shop in
      try await shop.with { owner in
        let first = try await owner.workflow(City.permit)
        try await shop.setClock(instant("2017-03-01T09:00:00+07:00"))
        _ = try await owner.publish([first.raised(by: 2)])
        try await DoctorTests.expectWell(owner)
        // A lower number comes too late.
        await #expect(throws: PostgresError.self) { try await owner.publish([first.raised(by: 1)]) }
        try await DoctorTests.expectWell(owner)
      }
    }
  }
}
