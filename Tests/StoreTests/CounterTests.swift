// Receiving at a counter, one and many, with what people bring.

import CaseModel
import Foundation
import Intake
import Store
import Testing
import Workflow

@Suite struct CounterTests {
  @Test func receivesPeopleFromElsewhere() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        try await day.become("clerk", at: "00001")
        let far = try await day.session.unit(named: "00037").id
        var application = try await day.application("Người Nơi Khác")
        application.address = far
        let one = try await Counter(day.session).receive(application)
        #expect(one.appended.event.payload.reception?.address == far)
        #expect(try await day.session.load(one.appended.code).dossier.address == far)

        // In one call: from here, from there, from nowhere, without a name.
        var here = application
        here.address = nil
        var nowhere = application
        nowhere.address = UnitID(99_999)
        var nameless = application
        nameless.applicant.name = " "
        let many = try await Counter(day.session).receive([here, nowhere, application, nameless])
        #expect(many.count == 4)
        #expect(try many[0].get().event.payload.reception?.address == nil)
        #expect(try many[2].get().event.payload.reception?.address == far)
        for refused in [many[1], many[3]] {
          #expect {
            try refused.get()
          } throws: { error in
            if case ShopError.rejected(.badInput, _)? = error as? ShopError { true } else { false }
          }
        }
        // Who is refused takes no number.
        let codes = [one.appended.code, try many[0].get().code, try many[2].get().code]
        #expect(codes.map { $0.suffix(4) } == ["0001", "0002", "0003"])
      }
    }
  }

  /// Papers that the first step asks for are advice: refused until somebody goes on in spite of it.
  @Test func papersAreAskedForUnlessSomebodyGoesOn() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        try await day.become("clerk", at: "00001")
        var application = try await day.application("Người Thiếu Giấy")
        application.documents.removeLast()
        let counter = Counter(day.session)
        let isRefusal = { (error: any Error) in
          if case ShopError.rejected(.missingComponents(let missing), _)? = error as? ShopError {
            return missing.map(\.id) == ["drawings"]
          }
          return false
        }
        await #expect(throws: ShopError.self) { try await counter.receive(application) }
        let many = try await counter.receive([application])
        #expect { try many[0].get() } throws: { isRefusal($0) }
        // Neither took a number.
        let received = try await counter.receive(application, inSpiteOfAdvice: true)
        #expect(received.appended.code.hasSuffix("0001"))
        let again = try await counter.receive([application], inSpiteOfAdvice: true)
        #expect(try again[0].get().code.hasSuffix("0002"))
        // It goes no further until they are there.
        await #expect {
          try await day.act("clerk", at: "00001", "forward", on: received.appended.code)
        } throws: { isRefusal($0) }
      }
    }
  }

  /// What was handed in comes back as it was declared, and what follows from it.
  @Test func dataComeBackInTheirKinds() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        let code = try await day.receive("Nguyễn Văn Khai") { $0.data = ["floor_area": .integer(120)] }
        let data = try await day.session.load(code).dossier.data
        #expect(data["floor_area"] == .decimal(120))
        #expect(data["storeys"] == .integer(1), "the declared default")
        #expect(data["heritage_zone"] == .bool(false))

        // A fee follows from the data of the form, at reception and when they are amended.
        let extract = try await day.receive("Lê Thị Sao", procedure: City.extract)
        #expect(try await day.session.load(extract).dossier.feeDue == 8000)
        try await day.act("clerk", at: "00001", "amend", on: extract) {
          $0.data = ["copies": .integer(3)]
          $0.reason = "xin thêm bản"
        }
        let amended = try await day.session.load(extract).dossier
        #expect(amended.data["copies"] == .integer(3))
        #expect(amended.feeDue == 8000)
      }
    }
  }
}
