// A dossier's sheet on the terminal: what matters first, then its papers, payments, opinions and crossings.

import CaseModel
import Messages
import Reading
import Sheet
import Terminal
import Wording
import Workflow
import WorkingTime

struct SheetText {
  private let sheet: DossierSheet
  private let console: Console
  private var lines: [String] = []
  private let width: Int

  init(_ sheet: DossierSheet, _ console: Console) {
    self.sheet = sheet
    self.console = console
    width = console.width ?? 100
  }

  func write() throws(Problem) {
    var copy = self
    copy.compose()
    var output = Output(descriptor: 1)
    output.write(copy.lines.joined(separator: "\n") + "\n")
    try output.flush()
  }

  private mutating func compose() {
    let language = console.language
    head()
    put("Thủ tục", "Procedure", "\(sheet.procedureName) (\(sheet.procedure))")
    put("Bước", "Step", sheet.stateLabel[language] + (sheet.outcome == nil ? "" : " ■"))
    if let pending = sheet.pending {
      let to = Localized(
        vi: "tới \(pending.unit.name), bước “\(pending.label.vi)”, từ \(clockText(pending.since)); chưa nhận",
        en:
          "to \(pending.unit.name), step “\(pending.label.en)”, since \(clockText(pending.since)); not yet taken"
      )
      put("Đang đi", "On its way", console.text(to), .soon)
    }
    put("Đang giữ", "Held by", holder)
    due()
    put("Nhận tại", "Received at", "\(sheet.reception.name), \(clockText(sheet.receivedAt)), \(channel)")
    put("Địa bàn", "Address of", sheet.address?.name)
    put("Số định danh", "Identity", sheet.applicant.identity)
    put("Địa chỉ", "Address", sheet.applicant.address)
    put("Điện thoại", "Telephone", sheet.applicant.phone)
    put("Email", "Email", sheet.applicant.email)
    for (name, value) in sheet.data.sorted(by: { $0.key < $1.key }) {
      let label = sheet.dataLabels[name] ?? Label(vi: name, en: name)
      put(label.vi, label.en, console.text(value.words))
    }
    if sheet.feeDue > 0 || sheet.paid > 0 {
      let paid = Money(dong: sheet.paid).description
      let text = Localized(
        vi: "phải nộp \(Money(dong: sheet.feeDue)), đã nộp \(paid)",
        en: "\(Money(dong: sheet.feeDue)) due, \(paid) paid")
      put("Phí, lệ phí", "Fees", console.text(text), sheet.paid < sheet.feeDue ? .soon : .plain)
    }
    papers()
    opinions()
    crossings()
    lines.append("")
    let changed = Localized(
      vi: "Bản \(sheet.version), \(sheet.changedBy.name) ghi lúc \(clockText(sheet.changedAt)).",
      en: "Version \(sheet.version), by \(sheet.changedBy.name) at \(clockText(sheet.changedAt)).")
    wrap(console.text(changed), .muted)
    let next =
      sheet.endedAt == nil
      ? Localized(vi: "Làm tiếp: motcua dossier advance ", en: "Go on: motcua dossier advance ")
      : Localized(vi: "Đường đi: motcua history ", en: "Its way: motcua history ")
    wrap(console.text(next) + sheet.code, .muted)
  }

  /// Code and applicant, on one line where they fit.
  private mutating func head() {
    let name = sanitized(sheet.applicant.name)
    guard Display.width(sheet.code) + 2 + Display.width(name) > width else {
      lines.append(console.paint(sheet.code, .strong) + "  " + name)
      return
    }
    wrap(sheet.code, .strong)
    wrap(name, .plain)
  }

  private var holder: String {
    let role = sheet.roleLabel.map { ", " + console.text(Localized($0)) } ?? ""
    return sheet.holder.name + role + (sheet.assignee.map { ": \($0.name)" } ?? "")
  }

  private var channel: String {
    let name =
      switch sheet.channel {
      case .counter: Localized(vi: "trực tiếp", en: "at the counter")
      case .online: Localized(vi: "trực tuyến", en: "online")
      case .post: Localized(vi: "qua bưu chính", en: "by post")
      }
    return console.text(name)
  }

  private mutating func due() {
    guard let due = sheet.due else {
      return put("Hẹn trả", "Promised", console.text(Deadline.none))
    }
    guard sheet.endedAt == nil else {
      put("Hẹn trả", "Promised", clockText(due))
      return put("Kết thúc", "Ended", sheet.endedAt.map { clockText($0) })
    }
    var text = clockText(due)
    switch sheet.clock {
    case .running:
      text += " (" + console.text(RelativeTime.toDeadline(due.microseconds - sheet.now.microseconds)) + ")"
    case .paused: text += console.text(Localized(vi: " (đang tạm dừng)", en: " (paused)"))
    case .stopped: text += console.text(Localized(vi: " (đã xử lý xong)", en: " (the work is done)"))
    }
    put(
      "Hẹn trả", "Promised", text,
      Deadline.style(due, clock: sheet.clock, now: sheet.now, soon: nil))
    if let step = sheet.stepDue {
      put(
        "Hạn bước", "Step due",
        clockText(step) + " ("
          + console.text(RelativeTime.toDeadline(step.microseconds - sheet.now.microseconds)) + ")",
        Deadline.style(step, clock: sheet.clock, now: sheet.now, soon: nil))
    }
  }

  private mutating func papers() {
    guard !sheet.documents.isEmpty else { return }
    heading("Giấy tờ", "Papers")
    for paper in sheet.documents {
      let kind =
        paper.original
        ? Localized(vi: "bản chính", en: "original") : Localized(vi: "bản sao", en: "copy")
      item(
        "\(console.text(sheet.name(of: paper))) (\(paper.copies) \(console.text(kind)), \(clockText(paper.at)))"
      )
    }
    for payment in sheet.payments {
      let receipt = payment.receipt.map { " · \($0)" } ?? ""
      item(
        "\(Money(dong: payment.amount)) · \(console.text(paymentMethodName(payment.method)))\(receipt) · \(clockText(payment.at))"
      )
    }
  }

  private mutating func opinions() {
    guard !sheet.consultations.isEmpty else { return }
    heading("Ý kiến", "Opinions")
    for asked in sheet.consultations {
      let answer: Localized =
        switch (asked.status, asked.opinion) {
        case ("answered", "agree"): Localized(vi: "đồng ý", en: "agrees")
        case ("answered", _): Localized(vi: "không đồng ý", en: "disagrees")
        case ("lapsed", _): Localized(vi: "không trả lời", en: "did not answer")
        default: Localized(vi: "chưa trả lời", en: "has not answered")
        }
      let due = asked.due.map { " (\(console.text(Localized(vi: "hạn", en: "due"))) \(clockText($0)))" } ?? ""
      item(
        "\(asked.unit.name): \(console.text(answer))\(asked.closedAt == nil ? due : "")"
          + (asked.text.map { ": \($0)" } ?? ""))
    }
  }

  private mutating func crossings() {
    guard !sheet.handovers.isEmpty else { return }
    heading("Bàn giao", "Handovers")
    for crossing in sheet.handovers {
      let result: Localized =
        switch crossing.result {
        case "taken": Localized(vi: "đã nhận", en: "taken")
        case "declined": Localized(vi: "không nhận", en: "declined")
        case "recalled": Localized(vi: "thu hồi", en: "recalled")
        default: Localized(vi: "chưa nhận", en: "not yet taken")
        }
      let by = crossing.closedBy.map { ", \($0.name)" } ?? ""
      let at = crossing.closedAt.map { " \(clockText($0))" } ?? ""
      item(
        "\(crossing.from.name) → \(crossing.to.name) (\(crossing.sentBy.name), \(clockText(crossing.sentAt))): "
          + console.text(result) + by + at + (crossing.reason.map { ". \($0)" } ?? ""))
    }
  }

  // MARK: Lines

  /// Labels stand in a column of their own where that leaves room for the values.
  private mutating func put(_ vi: String, _ en: String, _ value: String?, _ style: Style = .plain) {
    guard let value, !value.isEmpty else { return }
    let label = console.text(Localized(vi: vi, en: en))
    let text = sanitized(value, lines: true)
    guard width >= 50 else {
      lines += console.labelled(label, text, style, to: width)
      return
    }
    let name = Display.padded(Display.truncated(label, to: 20), to: 20)
    for (index, part) in Display.wrapped(text, to: width - 22).enumerated() {
      lines.append(
        (index == 0 ? console.paint(name, .muted) : String(repeating: " ", count: 20)) + "  "
          + console.paint(part, style))
    }
  }

  private mutating func heading(_ vi: String, _ en: String) {
    lines.append("")
    wrap(console.text(Localized(vi: vi, en: en)), .strong)
  }

  private mutating func item(_ text: String) {
    for (index, part) in Display.wrapped(sanitized(text), to: max(1, width - 4)).enumerated() {
      lines.append((index == 0 ? "  • " : "    ") + part)
    }
  }

  private mutating func wrap(_ text: String, _ style: Style) {
    for part in Display.wrapped(sanitized(text), to: width) {
      lines.append(console.paint(part, style))
    }
  }
}
