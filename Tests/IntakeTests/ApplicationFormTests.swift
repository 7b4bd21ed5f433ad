// An application's form: read from JSON, its applicant, values and papers checked.

import CaseModel
import Foundation
import Intake
import Messages
import Testing
import Workflow

private let label = Label(vi: "Đơn", en: "Form")

private let definition = WorkflowDefinition(
  procedure: "1.000001", version: 1, title: label, legalTimes: nil, receivedAt: ["commune"],
  components: [Component(id: "form", name: label, copies: 2)], initial: "start", states: [], transitions: [])

@Suite struct ApplicationFormTests {
  private func form(_ json: String) throws(Problem) -> ApplicationForm {
    try ApplicationForm(json: Array(json.utf8))
  }

  @Test func everyMemberIsRead() throws {
    let form = try form(
      """
      {"procedure": "1.000001", "unit": "00001", "address_unit": "00004", "channel": "post",
       "applicant": {"name": " Trần  Thị B ", "identity": "001068012349", "phone": "0912 345 678",
                     "email": "b@example.vn", "address": "1 Phố Huế"},
       "data": {"floor_area": 12.5, "storeys": 2, "corner": true, "remark": " x "},
       "documents": [{"component": "form"}, {"name": "Giấy ủy quyền", "copies": 3, "original": true}]}
      """)
    #expect(form.procedure == "1.000001" && form.unit == "00001" && form.addressUnit == "00004")
    #expect(form.channel == .post)
    let applicant = try form.applicant()
    #expect(applicant.identity == "001068012349" && applicant.address == "1 Phố Huế")
    #expect(applicant.email == "b@example.vn" && applicant.phone?.hasSuffix("912345678") == true)
    let values = try form.values()
    #expect(values["storeys"] == .integer(2) && values["corner"] == .bool(true))
    #expect(values["floor_area"] == .decimal(12.5) && values["remark"] == .text("x"))
    let papers = try form.papers(definition)
    #expect(papers.map(\.name) == ["Đơn", "Giấy ủy quyền"] && papers.map(\.copies) == [2, 3])
    #expect(papers.map(\.original) == [definition.components[0].original, true])
  }

  /// As much as the engine and the database take.
  @Test func textsMayBeLong() throws {
    var form = try form(#"{"procedure": "1", "applicant": {"name": "x"}}"#)
    let text = String(repeating: "lời ", count: 20_000) + "."
    form.data = ["remark": .text(text)]
    form.address = String(repeating: "ộ", count: 2_000)
    form.name = String(repeating: "ộ", count: PayloadLimits.applicantName)
    #expect(try form.values() == ["remark": .text(text)])
    let applicant = try form.applicant()
    #expect(applicant.address == form.address && applicant.name == form.name)
    form.name += "x"
    #expect(throws: InvalidValue.self) { try form.applicant() }
  }

  @Test(arguments: [
    (#"{"procedure": "1"}"#, "“applicant”"),
    (#"{"procedure": 1, "applicant": {"name": "x"}}"#, "“procedure”"),
    (#"{"procedure": "1", "applicant": {"nam": "x"}}"#, "“applicant.nam”"),
    (#"{"procedure": "1", "applicant": {"name": "x"}, "unitt": "1"}"#, "“unitt”"),
    (#"{"procedure": "1", "applicant": {"name": "x"}, "channel": "fax"}"#, "“channel”"),
    (
      #"{"procedure": "1", "applicant": {"name": "x"}, "documents": [{"copies": "2"}]}"#,
      "“documents[0].copies”"
    ),
    (
      #"{"procedure": "1", "applicant": {"name": "x"}, "documents": [{"kopies": 2}]}"#,
      "“documents[0].kopies”"
    ),
  ])
  func aWrongMemberIsNamed(_ json: String, _ member: String) {
    let problem = #expect(throws: Problem.self) { try form(json) }
    #expect(problem?.code == "json" && problem?.status == .dataErr)
    #expect(problem?.what.en.hasPrefix(member) == true && problem?.what.vi.contains(member) == true)
  }

  @Test func whatIsNoJSONIsRefused() {
    let problem = #expect(throws: Problem.self) { try form(#"{"procedure" "1"}"#) }
    #expect(problem?.what.en == "the JSON is not well formed.")
  }

  @Test func aMemberIsWrittenOnce() throws {
    let twice = try ApplicationForm.nameTwice(in: Array("{\"a\": 1,\n\"\\u0061\": 2}".utf8))
    #expect(twice?.name == "a" && twice?.line == 1)
    #expect(try ApplicationForm.nameTwice(in: Array("{\"a\": {\"a\": 1}}".utf8)) == nil)
  }

  @Test(arguments: [
    ("0100109106", "0100109106"), ("001068012349", "001068012349"),
  ])
  func aNumberOfTenDigitsIsABusiness(_ typed: String, _ kept: String) throws {
    let form = ApplicationForm(procedure: "1", name: "A", identity: typed)
    #expect(try form.applicant().identity == kept)
  }

  @Test(arguments: [
    ApplicationForm(procedure: "1", name: "A", identity: "0100109107"),
    ApplicationForm(procedure: "1", name: "A", identity: "12345"),
    ApplicationForm(procedure: "1", name: "A", phone: "12"),
    ApplicationForm(procedure: "1", name: "A", email: "a@b"), ApplicationForm(procedure: "1", name: " "),
  ])
  func aWrongApplicantIsRefused(_ form: ApplicationForm) {
    #expect(throws: InvalidValue.self) { try form.applicant() }
  }

  @Test func aPaperHasAName() {
    let form = ApplicationForm(procedure: "1", name: "A", documents: [.init(copies: 2)])
    let problem = #expect(throws: Problem.self) { try form.papers(definition) }
    #expect(problem?.code == "document.nameless")
  }
}
