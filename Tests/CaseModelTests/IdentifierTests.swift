// Identifiers of people, enterprises, agencies, procedures and dossiers: good ones, wrong ones, any text.

import CaseModel
import PropertyTesting
import Testing

@Suite struct CitizenIDTests {
  @Test func readsWhatTheNumberSays() throws {
    let id = try CitizenID(parsing: " 001 189 012345 ")
    #expect(id.description == "001189012345")
    #expect(id.province == "001" && id.sex == .female && id.birthYear == 1989 && !id.isOld)
    let young = try CitizenID(parsing: "079205000001")
    #expect(young.sex == .male && young.birthYear == 2005)
    let old = try CitizenID(parsing: "012345678")
    #expect(old.isOld && old.province == nil && old.sex == nil && old.birthYear == nil)
  }

  @Test(
    arguments: [
      ("00118901234", .tooShort, nil), ("0011890123456", .tooLong, nil), ("", .empty, nil),
      ("00118901234O", .character, 12), ("003189012345", .range, 1), ("001 589 012345", .range, 5),
      ("００1189012345", .character, 1),
    ] as [(String, InvalidValue.Reason, Int?)])
  func namesTheWrongDigit(text: String, reason: InvalidValue.Reason, position: Int?) {
    let error = invalid { () throws(InvalidValue) in try CitizenID(parsing: text) }
    #expect(error?.reason == reason && error?.position == position, "\(String(describing: error))")
  }

  @Test func nobodyIsBornAfterToday() {
    #expect(
      invalid { () throws(InvalidValue) in try CitizenID(parsing: "001219000001", bornBy: 2018) }?.position
        == 5)
    #expect(
      invalid { () throws(InvalidValue) in try CitizenID(parsing: "001218000001", bornBy: 2018) } == nil)
  }
}

@Suite struct TaxCodeTests {
  @Test func knownCodes() throws {
    #expect(try TaxCode(parsing: "0100109106").description == "0100109106")
    let branch = try TaxCode(parsing: "0100109106-011")
    #expect(
      branch.branch == 11 && branch.enterprise == "0100109106" && branch.description == "0100109106-011")
    #expect(try TaxCode(parsing: "0100109106 011") == branch)
  }

  @Test(
    arguments: [
      ("0100109107", .checkDigit, 10), ("010010910", .tooShort, nil), ("0100109106-11", .tooShort, nil),
      ("0100109106-000", .range, 12), ("010010-9106011", .form, nil), ("01001O9106", .character, 6),
      ("00000000000000", .tooLong, nil), ("0000000000", .checkDigit, 1),
    ] as [(String, InvalidValue.Reason, Int?)])
  func namesWhatIsWrong(text: String, reason: InvalidValue.Reason, position: Int?) {
    let error = invalid { () throws(InvalidValue) in try TaxCode(parsing: text) }
    #expect(error?.reason == reason && error?.position == position, "\(String(describing: error))")
  }

  @Test func aSingleWrongDigitIsAlwaysFound() throws {
    let nine = Gen<Int>.int(in: 0...9).array(9...9)
    try check("one wrong digit", runs: 1000, zip(nine, .int(in: 0...9), .int(in: 1...9))) {
      nine, place, change in
      guard let digit = TaxCode.checkDigit(of: nine) else { return }
      var digits = nine + [digit]
      let right = digits.map(String.init).joined()
      try demandEqual(try TaxCode(parsing: right).description, right)
      digits[place] = (digits[place] + change) % 10
      let wrong = digits.map(String.init).joined()
      try demand(
        invalid { () throws(InvalidValue) in try TaxCode(parsing: wrong) }?.reason == .checkDigit, wrong)
    }
  }
}

@Suite struct ContactTests {
  @Test(arguments: [
    ("0912345678", "0912345678"), ("+84 912 345 678", "0912345678"), ("84912345678", "0912345678"),
    ("0084.912.345.678", "0912345678"), ("+84 (0)912 345 678", "0912345678"),
    ("(024) 3825-3536", "02438253536"),
    ("024.3825.3536", "02438253536"), ("01687654321", "0387654321"), ("1900 1009", "19001009"),
    ("18001234", "18001234"), ("+1 (415) 555-2671", "+14155552671"), ("0033 1 42 68 53 00", "+33142685300"),
  ])
  func telephoneNumbersHaveOneForm(text: String, kept: String) throws {
    #expect(try PhoneNumber(parsing: text).description == kept)
  }

  @Test func telephoneNumbersForMachinesAndPeople() throws {
    let mobile = try PhoneNumber(parsing: "0912345678")
    #expect(mobile.international == "+84912345678" && mobile.isMobile && !mobile.isForeign)
    #expect(mobile.spaced == "0912 345 678")
    #expect(try PhoneNumber(parsing: "02438253536").spaced == "024 3825 3536")
    #expect(try PhoneNumber(parsing: "02103846647").spaced == "0210 384 6647")
    #expect(try PhoneNumber(parsing: "19001009").international == nil)
  }

  @Test(
    arguments: [
      ("", .empty), ("091234567", .tooShort), ("09123456789", .tooLong), ("0412345678", .form),
      ("912345678", .form), ("0912x45678", .character), ("+840", .form), ("0", .form), ("+12", .tooShort),
      ("+0123456789", .form), ("01111111111", .form), ("+", .empty),
    ] as [(String, InvalidValue.Reason)])
  func wrongTelephoneNumbers(text: String, reason: InvalidValue.Reason) {
    #expect(invalid { () throws(InvalidValue) in try PhoneNumber(parsing: text) }?.reason == reason)
  }

  @Test(arguments: ["a@b.vn", "hoa.nguyen+tax@Hanoi.gov.vn", " x_1@mail-1.example.com "])
  func goodAddresses(text: String) throws { _ = try Email(parsing: text) }

  @Test func theDomainIsKeptSmall() throws {
    let email = try Email(parsing: "Hoa@HANOI.gov.VN")
    #expect(email.description == "Hoa@hanoi.gov.vn" && email.domain == "hanoi.gov.vn")
  }

  @Test(
    arguments: [
      ("", .empty, nil), ("hoa", .form, nil), ("hoa@", .form, 5), ("@b.vn", .form, nil),
      ("a..b@c.vn", .form, nil),
      ("a@b", .form, 3), ("a@b..vn", .form, 3), ("a@-b.vn", .form, 3), ("hoà@b.vn", .character, 3),
      ("a b@c.vn", .character, 2), ("a@b@c.vn", .character, 4), ("a@b.v\u{0}n", .character, 6),
      ("a@1.2.3.44", .form, 3),
    ] as [(String, InvalidValue.Reason, Int?)])
  func wrongAddresses(text: String, reason: InvalidValue.Reason, position: Int?) {
    let error = invalid { () throws(InvalidValue) in try Email(parsing: text) }
    #expect(error?.reason == reason && error?.position == position, "\(String(describing: error))")
  }
}

@Suite struct CodeTests {
  @Test(arguments: [
    ("000.00.19.H26", "H26.19"), ("000.05.19.H26", "H26.19.05"), ("007.05.19.H26", "H26.19.05.007"),
    ("000.00.00.H26", "H26"),
  ])
  func bothStylesOfAnAgency(smallestFirst: String, largestFirst: String) throws {
    let a = try AgencyCode(parsing: smallestFirst)
    let b = try AgencyCode(parsing: largestFirst.lowercased())
    #expect(a.description == smallestFirst && b.description == largestFirst && a.root == "H26")
    #expect(a.written(in: .largestFirst) == b && b.written(in: .smallestFirst) == a)
    #expect(try AgencyCode(parsing: "H26.19.105").written(in: .smallestFirst) == nil)
  }

  @Test(
    arguments: [
      ("", 1), ("26", 1), ("H2", 1), ("H26.1", 5), ("H26.19.", 8), ("000.00.H26", nil), ("00.00.19.H26", 1),
      ("000.00.19.26", 11), ("H26.19.05.01.02", nil), ("000.0x.19.H26", 5), ("Đ26.19", 1),
    ] as [(String, Int?)])
  func wrongAgencies(text: String, position: Int?) {
    let error = invalid { () throws(InvalidValue) in try AgencyCode(parsing: text) }
    #expect(error != nil && error?.position == position, "\(String(describing: error))")
  }

  @Test func dossierCodes() throws {
    let code = try DossierCode(parsing: " 000.00.19.h26-181231-0001 ")
    #expect(code.year == 2018 && code.month == 12 && code.day == 31 && code.number == 1)
    #expect(code.description == "000.00.19.H26-181231-0001")
    #expect(try DossierCode(parsing: "H26.19.05-210101-10042").number == 10042)
    #expect(try DossierCode(parsing: "H26.19-240229-0001").day == 29)
  }

  @Test(
    arguments: [
      ("H26.19-181331-0001", 8), ("H26.19-190229-0001", 8), ("H26.19-18123-0001", 8),
      ("H26.19-181231-001", 15),
      ("H26.19-181231-00001", 15), ("H26.19-181231-0000", 15), ("H26.19-181231", nil),
      ("H26.1-181231-0001", 5),
      ("H26.19-181231-00x1", 15), ("H26.19-181231-1234567890", 15),
    ] as [(String, Int?)])
  func wrongDossierCodes(text: String, position: Int?) {
    let error = invalid { () throws(InvalidValue) in try DossierCode(parsing: text) }
    #expect(error != nil && error?.position == position, "\(String(describing: error))")
  }

  @Test func aDossierIsNamedByAnyEnd() throws {
    let code = try DossierCode(parsing: "000.00.19.H26-181231-0042")
    for end in ["0042", "42", "-0042", "181231-0042", "19.h26-181231-0042", "000.00.19.H26-181231-0042"] {
      #expect(try DossierReference(parsing: end).matches(code), "\(end)")
    }
    #expect(try DossierReference(parsing: "000.00.19.H26-181231-0042").code == code)
    #expect(try DossierReference(parsing: "0042").code == nil)
    #expect(try !DossierReference(parsing: "0043").matches(code))
    for wrong in ["", "00_42", "H26.19-181331-0001", "0042%", "abc", "00'42", "đ0042"] {
      #expect(throws: InvalidValue.self) { try DossierReference(parsing: wrong) }
    }
  }

  @Test func procedureCodes() throws {
    #expect(try ProcedureCode(parsing: " 1.001193").description == "1.001193")
    let full = try ProcedureCode(parsing: "1.001193.000.00.00.H26")
    #expect(full.base == "1.001193" && full.agency?.root == "H26")
    for other in ["A-17", "BG/2018-4", "1.001193.x", String(repeating: "9", count: 40)] {
      #expect(try ProcedureCode(parsing: other).base == other)
    }
    for wrong in ["", "A 17", "mã", "A_17", "A;17", String(repeating: "9", count: 41)] {
      #expect(throws: InvalidValue.self) { try ProcedureCode(parsing: wrong) }
    }
  }

  @Test func tiers() throws {
    #expect(try Tier(parsing: "commune").description == "commune")
    for wrong in ["", "Commune", "1st", "xã", "a b", "city/x", String(repeating: "a", count: 33)] {
      #expect(throws: InvalidValue.self) { try Tier(parsing: wrong) }
    }
  }

  @Test func dossierCodesPrintAndParse() throws {
    let agency = Gen<String>.oneOf([
      Gen<Int>.int(in: 0...99).map { "000.00.\($0 < 10 ? "0" : "")\($0).H26" },
      Gen<Int>.int(in: 10...99).map { "H26.\($0)" },
    ])
    let all = zip(
      agency, .int(in: 2000...2099), .int(in: 1...12), .int(in: 1...31), .int(in: 1...999_999_999))
    try check("dossier codes", runs: 1000, all) { agency, year, month, day, number in
      let owner = try AgencyCode(parsing: agency)
      guard let code = try? DossierCode(agency: owner, year: year, month: month, day: day, number: number)
      else {
        return try demand(day > 28, "refused")
      }
      try demandEqual(try DossierCode(parsing: code.description), code)
      try demand(try DossierReference(parsing: String(code.description.suffix(6))).matches(code))
    }
  }

  @Test func anyTextIsAValueOrAnError() throws {
    let near = Gen<String>.string(of: .scalar(of: "0123456789.-H26 +@avn(đ₫"), count: 0...26)
    try check("any text", runs: 4000, Gen<String>.oneOf(near, .string(of: .anyScalar))) { text in
      try demandSound(CitizenID.self, text)
      try demandSound(TaxCode.self, text)
      try demandSound(PhoneNumber.self, text)
      try demandSound(Email.self, text)
      try demandSound(Money.self, text)
      try demandSound(AgencyCode.self, text)
      try demandSound(DossierCode.self, text)
      try demandSound(DossierReference.self, text)
      try demandSound(ProcedureCode.self, text)
      try demandSound(Tier.self, text)
    }
  }
}
