// Form 01, giấy tiếp nhận hồ sơ và hẹn trả kết quả (Thông tư 01/2018/TT-VPCP): the receipt that promises a date.
// A form of the law: its words are Vietnamese whatever the clerk's own language.

import WorkingTime

/// What stands on a receipt.
package struct ReceiptForm: Hashable, Sendable {
  package struct Paper: Hashable, Sendable {
    package var name: String
    package var copies: Int
    package var original: Bool

    package init(name: String, copies: Int, original: Bool) {
      self.name = name
      self.copies = copies
      self.original = original
    }
  }

  package var code: String
  package var unit: String
  /// A department is named by itself, a general unit as its people's committee.
  package var isDepartment: Bool
  package var applicant: String
  package var identity: String?
  package var address: String?
  package var phone: String?
  package var email: String?
  package var procedure: String
  package var procedureCode: String
  package var papers: [Paper]
  /// As published, e.g. "15 ngày làm việc"; nil where the procedure states none.
  package var legalTime: String?
  package var receivedAt: Instant
  package var due: Instant?
  /// In đồng.
  package var feeDue: Int64
  package var byPost: Bool
  package var clerk: String
  /// Not printed: how programs know unit and clerk.
  package var unitCode = ""
  package var clerkUsername = ""

  package init(
    code: String, unit: String, isDepartment: Bool = false, applicant: String, identity: String?,
    address: String?, phone: String?, email: String?, procedure: String, procedureCode: String,
    papers: [Paper], legalTime: String?, receivedAt: Instant, due: Instant?, feeDue: Int64, byPost: Bool,
    clerk: String
  ) {
    self.code = code
    self.unit = unit
    self.isDepartment = isDepartment
    self.applicant = applicant
    self.identity = identity
    self.address = address
    self.phone = phone
    self.email = email
    self.procedure = procedure
    self.procedureCode = procedureCode
    self.papers = papers
    self.legalTime = legalTime
    self.receivedAt = receivedAt
    self.due = due
    self.feeDue = feeDue
    self.byPost = byPost
    self.clerk = clerk
  }

  /// The slip as text.
  ///
  /// - Parameters:
  ///   - width: columns, at least 60.
  ///   - offset: the office's zone.
  package func text(width: Int = 80, offset: UTCOffset = .vietnam) -> String {
    let width = max(60, width)
    var lines: [String] = []
    func put(_ text: String, indent: Int = 0) { lines += wrap(text, width: width, indent: indent) }

    lines += beside(
      [(isDepartment ? "" : "UBND ") + unit.uppercased(), "BỘ PHẬN TIẾP NHẬN", "VÀ TRẢ KẾT QUẢ", "───────"],
      ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "───────────────────"],
      width: width)
    lines.append("")
    put("Mã hồ sơ: \(code)")
    lines.append("")
    lines.append(centred("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", width))
    lines.append("")
    put("Bộ phận Tiếp nhận và Trả kết quả: \(unit)")
    put("Tiếp nhận hồ sơ của: \(applicant)")
    if let identity { put("Số định danh/Mã số thuế: \(identity)") }
    put("Địa chỉ: \(address ?? blank)")
    put("Số điện thoại: \(phone ?? blank)    Email: \(email ?? blank)")
    put("Nội dung yêu cầu giải quyết: \(procedure) (\(procedureCode))")
    put("Thành phần hồ sơ nộp gồm:")
    if papers.isEmpty { put("(không có giấy tờ kèm theo)", indent: 2) }
    for (number, paper) in papers.enumerated() {
      let kind = paper.original ? "bản chính" : "bản sao"
      put("\(number + 1). \(paper.name) (\(twoDigits(paper.copies)) \(kind))", indent: 2)
    }
    put("Số lượng hồ sơ: 01 (bộ)")
    put("Thời gian giải quyết hồ sơ theo quy định là: \(legalTime ?? "không quy định")")
    put("Thời gian nhận hồ sơ: \(moment(receivedAt, offset))")
    put("Thời gian trả kết quả giải quyết hồ sơ: \(due.map { moment($0, offset) } ?? "không quy định")")
    if feeDue > 0 { put("Phí, lệ phí phải nộp: \(grouped(feeDue)) đồng") }
    put(byPost ? "Đăng ký nhận kết quả: qua dịch vụ bưu chính công ích" : "Đăng ký nhận kết quả tại: \(unit)")
    put("Tra cứu hồ sơ bằng mã: \(code)")
    lines.append("")
    lines += beside(
      ["NGƯỜI NỘP HỒ SƠ", "(Ký và ghi rõ họ tên)", "", "", applicant],
      ["NGƯỜI TIẾP NHẬN HỒ SƠ", "(Ký và ghi rõ họ tên)", "", "", clerk], width: width)
    return lines.map { $0.droppingTrailingSpaces() }.joined(separator: "\n") + "\n"
  }

  private var blank: String { "…………………" }
}

/// The law's way to write a moment: "08 giờ 30 phút, ngày 12 tháng 7 năm 2018".
package func moment(_ instant: Instant, _ offset: UTCOffset) -> String {
  let (day, time) = instant.local(offset)
  let (year, month, date) = day.date
  let minute = Int(time / Instant.perMinute)
  return "\(twoDigits(minute / 60)) giờ \(twoDigits(minute % 60)) phút, ngày \(twoDigits(date)) "
    + "tháng \(twoDigits(month)) năm \(year)"
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

private func grouped(_ amount: Int64) -> String {
  var digits = Array(String(amount))
  var index = digits.count - 3
  while index > 0 {
    digits.insert(".", at: index)
    index -= 3
  }
  return String(digits)
}

private func centred(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, (width - text.count) / 2)) + text
}

/// Two columns of centred lines.
private func beside(_ left: [String], _ right: [String], width: Int) -> [String] {
  let half = width / 2
  let leftLines = left.flatMap { wrap($0, width: half - 2, indent: 0) }
  let rightLines = right.flatMap { wrap($0, width: width - half, indent: 0) }
  return (0..<max(leftLines.count, rightLines.count)).map { row in
    let a = row < leftLines.count ? centred(leftLines[row], half) : ""
    let b = row < rightLines.count ? centred(rightLines[row], width - half) : ""
    return a + String(repeating: " ", count: max(0, half - a.count)) + b
  }
}

/// Breaks at spaces; composed (NFC) Vietnamese letters take one column each.
private func wrap(_ text: String, width: Int, indent: Int) -> [String] {
  let pad = String(repeating: " ", count: indent)
  var lines: [String] = []
  var line = pad
  for word in text.split(separator: " ", omittingEmptySubsequences: false) {
    if line.count > indent, line.count + 1 + word.count > width {
      lines.append(line)
      line = pad + "  "
    }
    line += (line.allSatisfy { $0 == " " } ? "" : " ") + word
  }
  return lines + [line]
}

extension String {
  fileprivate func droppingTrailingSpaces() -> String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
