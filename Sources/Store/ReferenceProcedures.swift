// Procedures from the published catalogue: what can be read is loaded, what cannot is reported.

import CaseModel
import Workflow
import WorkingTime

/// A channel of a procedure with what it promises and costs.
package struct ProcedureChannel: Hashable, Sendable {
  package let channel: Channel
  package let offered: Bool
  package let time: LegalTime?
  /// In đồng; nil where not stated.
  package let fee: Int64?
}

/// A procedure as a row of `motcua.procedure` with its channels.
package struct ProcedureRow: Hashable, Sendable {
  package let code: String
  package let name: String
  package let field: String
  package let tiers: [String]
  package let audience: String
  package let decision: String
  package let result: String
  package let components: Int
  package let channels: [ProcedureChannel]

  /// The level of online service that follows from its channels (Nghị định 43/2011): 4 where it is filed
  /// online, else 2 (its forms can be downloaded).
  package var level: Int16 { channels.contains { $0.channel == .online && $0.offered } ? 4 : 2 }
}

/// Something in the catalogue that was not taken as it stood.
package struct ReferenceRemark: Hashable, Sendable {
  package let file: String
  package let line: Int
  /// The procedure was not loaded at all.
  package let skipped: Bool
  package let problem: Label
}

package enum ReferenceProcedures {
  /// The columns a catalogue must have, and those it may have besides.
  package static let required = ["code", "name", "tiers"]
  package static let optional =
    ["field", "audience", "decision", "documents", "result"]
    + Channel.allCases.flatMap { channel in ["", "_limit", "_unit", "_fee_vnd"].map { channel.rawValue + $0 }
    }

  /// - Parameter tiers: those there are; nil: not to be checked.
  package static func rows(
    _ lines: [ReferenceLine], tiers: Set<String>? = nil
  ) -> (rows: [ProcedureRow], remarks: [ReferenceRemark]) {
    var rows: [ProcedureRow] = []
    var remarks: [ReferenceRemark] = []
    var seen: Set<String> = []
    for line in lines {
      do throws(ShopError) {
        var notes: [Label] = []
        let row = try row(line, &notes)
        if let tiers, let unknown = row.tiers.first(where: { !tiers.contains($0) }) {
          throw line.fault(
            "\(row.code): không có cấp “\(InvalidValue.visible(unknown))”; nạp đơn vị trước: motcua unit load TỆP",
            "\(row.code): there is no tier “\(InvalidValue.visible(unknown))”; load its units first: motcua unit load FILE"
          )
        }
        guard seen.insert(row.code).inserted else {
          throw line.fault(
            "thủ tục \(row.code) xuất hiện hai lần", "the procedure \(row.code) stands there twice")
        }
        rows.append(row)
        remarks += notes.map { note in
          let problem = Label(vi: "\(row.code): \(note.vi)", en: "\(row.code): \(note.en)")
          return ReferenceRemark(file: line.file, line: line.line, skipped: false, problem: problem)
        }
      } catch {
        guard case .badReference(let file, let number, let problem) = error else { continue }
        remarks.append(ReferenceRemark(file: file, line: number, skipped: true, problem: problem))
      }
    }
    return (rows, remarks)
  }

  private static func row(
    _ line: ReferenceLine, _ notes: inout [Label]
  ) throws(ShopError) -> ProcedureRow {
    let code = try line.required("code")
    do { _ = try ProcedureCode(parsing: code) } catch {
      throw line.fault("mã thủ tục \(error.vi)", "procedure code \(error.en)")
    }
    _ = try line.required("name")
    let tiers = try line.required("tiers").split(separator: "+").map(String.init)
    let count = line.optional("documents")
    guard let components = count.isEmpty ? 0 : Int(count), (0...500).contains(components) else {
      throw line.fault(
        "\(code): “\(count)” không phải số lượng giấy tờ", "\(code): “\(count)” is no number of documents")
    }
    // A catalogue need not speak of every channel.
    let stated = Channel.allCases.map { channel in line.values[channel.rawValue] ?? "unclear" }
    // Where nothing is clearly offered, what is unclear is taken as offered: somebody must be able to file.
    let nothingSure = !stated.contains("yes")
    if nothingSure {
      notes.append(
        Label(
          vi: "không kênh nào được ghi rõ: các kênh chưa rõ được coi là có",
          en: "no channel is clearly offered: the unclear ones are taken as offered"))
    }
    var channels: [ProcedureChannel] = []
    for (channel, offered) in zip(Channel.allCases, stated) {
      guard ["yes", "no", "unclear"].contains(offered) else {
        throw line.fault(
          "\(code): \(channel.rawValue) là “\(offered)”, phải là yes, no hoặc unclear",
          "\(code): \(channel.rawValue) is “\(offered)”, not yes, no or unclear")
      }
      channels.append(
        ProcedureChannel(
          channel: channel, offered: offered == "yes" || (nothingSure && offered == "unclear"),
          time: try time(line, code, channel, &notes), fee: try fee(line, code, channel, &notes)))
    }
    return ProcedureRow(
      code: code, name: try line.text("name", limit: 2000), field: try line.text("field"), tiers: tiers,
      audience: try line.text("audience"), decision: try line.text("decision"),
      result: try line.text("result", limit: 2000), components: components, channels: channels)
  }

  private static func time(
    _ line: ReferenceLine, _ code: String, _ channel: Channel, _ notes: inout [Label]
  ) throws(ShopError) -> LegalTime? {
    let limit = line.optional("\(channel.rawValue)_limit")
    let unit = line.optional("\(channel.rawValue)_unit")
    if limit.isEmpty { return nil }
    if limit.allSatisfy({ $0 == "0" }) {
      // No time can be promised from nothing; the procedure can still be received.
      notes.append(
        Label(
          vi: "bỏ thời hạn bằng 0 (\(channel.rawValue))", en: "\(channel.rawValue) time of 0 left out"))
      return nil
    }
    // The catalogue's hours are office hours.
    let kind = unit == "hour" ? LegalTime.Unit.workingHours : LegalTime.Unit(rawValue: unit)
    guard let amount = Int(limit), let kind, let time = LegalTime(amount, kind) else {
      throw line.fault(
        "\(code): \(channel.rawValue) ghi “\(limit) \(unit)”, không phải thời hạn",
        "\(code): \(channel.rawValue) takes “\(limit) \(unit)”, which is no legal time")
    }
    return time
  }

  private static func fee(
    _ line: ReferenceLine, _ code: String, _ channel: Channel, _ notes: inout [Label]
  ) throws(ShopError) -> Int64? {
    let text = line.optional("\(channel.rawValue)_fee_vnd")
    if text.isEmpty { return nil }
    guard let fee = Int64(text), fee >= 0 else {
      throw line.fault(
        "\(code): “\(text)” không phải mức phí tính bằng đồng", "\(code): “\(text)” is no fee in đồng")
    }
    if (1..<1000).contains(fee) {
      // A fee of 50 đồng is a fee of 50 thousand read badly: no receipt shall print it.
      notes.append(
        Label(
          vi: "bỏ mức phí \(fee) đồng (\(channel.rawValue)): có lẽ tính bằng nghìn",
          en: "\(channel.rawValue) fee of \(fee) đồng left out: probably in thousands"))
      return nil
    }
    return fee
  }
}
