// The engine's refusals in words: what stands in the way, and what to do next.

import CaseModel
import Messages
import Terminal
import Workflow
import WorkingTime

/// Names that a message needs: of units, states, actions and roles.
struct Names: Sendable {
  var unit: @Sendable (UnitID) -> String
  /// The unit's code, for programs.
  var unitCode: @Sendable (UnitID) -> String = { "\($0)" }
  /// What the shop calls its roles.
  var roleLabels: [String: Label] = [:]
  var tier: @Sendable (String) -> Localized = { Localized(same: $0) }
  var definition: WorkflowDefinition?
  var offset: UTCOffset = .vietnam

  init(definition: WorkflowDefinition? = nil, unit: @escaping @Sendable (UnitID) -> String) {
    self.definition = definition
    self.unit = unit
  }

  func state(_ code: String) -> Localized {
    definition?.state(code).map { Localized(vi: $0.label.vi, en: $0.label.en) }
      ?? Localized(vi: code, en: code)
  }

  /// A name for people, with the code that is typed.
  private static func coded(_ name: Localized?, _ code: String) -> Localized {
    name.map { $0 + Localized(same: " (\(code))") } ?? Localized(same: code)
  }

  func states(_ codes: [String]) -> Localized {
    Self.joined(codes.map { code in Self.coded(definition?.state(code) == nil ? nil : state(code), code) })
  }

  func fields(_ names: [String]) -> Localized {
    Self.joined(names.map { name in Self.coded(definition?.field(name).map { Localized($0.label) }, name) })
  }

  private static func joined(_ texts: [Localized]) -> Localized {
    Localized(vi: texts.map(\.vi).joined(separator: ", "), en: texts.map(\.en).joined(separator: ", "))
  }

  func tiers(_ codes: [String]) -> Localized { Self.joined(codes.map(tier)) }

  /// A role as people say it; one that is not known here stands for itself.
  func role(_ code: String) -> Localized { roleLabels.spoken(code) }

  func roles(_ codes: [String]) -> Localized {
    let all = codes.map(role)
    return Localized(
      vi: all.map(\.vi).joined(separator: " hoặc "), en: all.map(\.en).joined(separator: " or "))
  }

  func when(_ instant: Instant) -> String { clockText(instant, offset) }
}

extension [String: Label] {
  /// What a code is called; one that is not among them stands for itself.
  func spoken(_ code: String) -> Localized { self[code].map { Localized($0) } ?? Localized(same: code) }
}

/// `17:00 12/07/2018`: how people here write a moment.
func clockText(_ instant: Instant, _ offset: UTCOffset = .vietnam) -> String {
  let (day, time) = instant.local(offset)
  let (year, month, date) = day.date
  let minute = Int(time / Instant.perMinute)
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return "\(two(minute / 60)):\(two(minute % 60)) \(two(date))/\(two(month))/\(year)"
}

/// What a refusal says: the fact, and what helps.
struct Explanation {
  var what: Localized
  var next: Localized?
  var exit: ExitStatus = .dataErr

  init(_ what: Localized, next: Localized? = nil, exit: ExitStatus = .dataErr) {
    self.what = what
    self.next = next
    self.exit = exit
  }
}

extension Rejection {
  func explained(_ names: Names) -> Explanation {
    switch self {
    case .ended(let state):
      let name = names.state(state)
      return Explanation(
        Localized(vi: "hồ sơ đã kết thúc (\(name.vi))", en: "it has come to its end (\(name.en))"),
        next: Localized(
          vi: "hồ sơ đã kết thúc thì không thay đổi nữa; xem lại bằng: motcua history MÃ",
          en: "nothing moves after the end; read it with: motcua history CODE"))
    case .notAllowed(let action, let state, let allowed):
      let name = names.state(state)
      let list = allowed.joined(separator: ", ")
      return Explanation(
        Localized(
          vi: "không làm được “\(action)” ở bước “\(name.vi)”",
          en: "“\(action)” is not possible in the step “\(name.en)”"),
        next: allowed.isEmpty
          ? nil : Localized(vi: "có thể làm: \(list)", en: "possible now: \(list)"))
    case .notYours(let action, let unit, let roles):
      let who = names.roles(roles)
      return Explanation(
        Localized(
          vi: "bạn không được giao làm “\(action)” tại \(names.unit(unit))",
          en: "“\(action)” at \(names.unit(unit)) is not assigned to you"),
        next: Localized(vi: "việc này của: \(who.vi)", en: "it is for: \(who.en)"), exit: .noPerm)
    case .handoverPending(let unit, _):
      return Explanation(
        Localized(
          vi: "hồ sơ đang trên đường tới \(names.unit(unit))",
          en: "it is on its way to \(names.unit(unit))"),
        next: Localized(
          vi: "nơi nhận bấm take hoặc decline; nơi gửi có thể recall",
          en: "the receiver takes or declines it; the sender may recall it"))
    case .noHandover:
      return Explanation(
        Localized(vi: "hồ sơ không ở trên đường đi đâu", en: "it is not on its way anywhere"),
        next: Localized(vi: "xem: motcua dossier show MÃ", en: "look: motcua dossier show CODE"))
    case .conditionFails(let action, let condition, let undecided):
      return Explanation(
        Localized(
          vi: "điều kiện của “\(action)” \(undecided ? "chưa xác định được" : "không thỏa"): \(condition)",
          en:
            "the condition of “\(action)” \(undecided ? "cannot be decided yet" : "does not hold"): \(condition)"
        ),
        next: undecided
          ? Localized(
            vi: "điền dữ liệu còn thiếu: motcua dossier amend MÃ --set TRƯỜNG=GIÁ_TRỊ --reason \"…\"",
            en: "fill in what is missing: motcua dossier amend CODE --set FIELD=VALUE --reason \"…\"")
          : Localized(
            vi: "xem những việc làm được: motcua dossier advance MÃ",
            en: "see what can be done: motcua dossier advance CODE"))
    case .ambiguous(let action, let targets):
      let list = names.states(targets)
      return Explanation(
        Localized(
          vi: "“\(action)” dẫn tới nhiều bước: \(list.vi)",
          en: "“\(action)” leads to several steps: \(list.en)"),
        next: Localized(vi: "nêu một bước bằng --to", en: "name one with --to"))
    case .missingComponents(let components):
      return Explanation(
        Localized(
          vi: "còn thiếu giấy tờ: " + components.map { "\($0.name.vi) (\($0.id))" }.joined(separator: "; "),
          en: "papers are missing: " + components.map { "\($0.name.en) (\($0.id))" }.joined(separator: "; ")),
        next: Localized(
          vi: "ghi nhận giấy tờ: motcua dossier attach MÃ --document TÊN",
          en: "record them: motcua dossier attach CODE --document ID"))
    case .feeUnpaid(let due, let paid):
      return Explanation(
        Localized(
          vi: "chưa nộp đủ phí, lệ phí: phải nộp \(Money(dong: due)), đã nộp \(Money(dong: paid))",
          en: "the fee is not paid: \(Money(dong: due)) due, \(Money(dong: paid)) paid"),
        next: Localized(
          vi: "thu phần còn lại: motcua dossier pay MÃ", en: "take the rest: motcua dossier pay CODE"))
    case .missing(let requirement, let action):
      return missing(requirement, action)
    case .unanswered(let units):
      let list = units.map(names.unit).joined(separator: ", ")
      return Explanation(
        Localized(vi: "chưa có ý kiến của: \(list)", en: "no answer yet from: \(list)"),
        next: Localized(
          vi: "chờ trả lời hoặc hết thời hạn lấy ý kiến", en: "wait for it, or for its time to pass"))
    case .missingFields(let fields):
      let list = names.fields(fields)
      return Explanation(
        Localized(vi: "còn thiếu dữ liệu: \(list.vi)", en: "data are missing: \(list.en)"),
        next: Localized(
          vi: "điền: motcua dossier amend MÃ --set TRƯỜNG=GIÁ_TRỊ --reason \"…\"",
          en: "fill in: motcua dossier amend CODE --set FIELD=VALUE --reason \"…\""))
    case .limitReached(let action, let most):
      return Explanation(
        Localized(
          vi: "“\(action)” chỉ được \(most) lần cho một hồ sơ, và đã dùng hết",
          en: "“\(action)” is allowed \(most == 1 ? "once" : "\(most) times") per dossier, and is used up"))
    case .afterDue(let action, let due):
      return Explanation(
        Localized(
          vi: "“\(action)” phải làm trước hạn trả \(names.when(due)), nay đã quá",
          en: "“\(action)” had to come before the promised time \(names.when(due)), which has passed"))
    case .nothingToGoBackTo:
      return Explanation(
        Localized(
          vi: "hồ sơ đang ở bước đầu, không có bước trước",
          en: "it is at its first step: nothing to go back to"))
    case .noUnit(let rule, let state):
      let name = names.state(state)
      let tier = rule.tier.map { names.tier($0) }
      let department = rule.department.map { " “\($0)”" } ?? ""
      return Explanation(
        Localized(
          vi: "không tìm được đơn vị\(department)\(tier.map { " cấp \($0.vi)" } ?? "") cho bước “\(name.vi)”",
          en:
            "no unit\(department)\(tier.map { " of the tier \($0.en)" } ?? "") was found for the step “\(name.en)”"
        ),
        next: rule.base == .address
          ? Localized(
            vi: "hồ sơ cần đơn vị của địa chỉ (--address-unit)", en: "the dossier needs --address-unit")
          : Localized(vi: "kiểm tra: motcua unit list", en: "check: motcua unit list"))
    case .notReceivedHere(let tier, let allowed):
      let (here, there) = (names.tier(tier), names.tiers(allowed))
      return Explanation(
        Localized(
          vi: "thủ tục này không tiếp nhận ở cấp \(here.vi)",
          en: "this procedure is not received at the tier \(here.en)"),
        next: Localized(vi: "tiếp nhận ở cấp: \(there.vi)", en: "it is received at: \(there.en)"))
    case .channelNotOffered(let channel):
      let name = Localized(channel.label)
      return Explanation(
        Localized(
          vi: "thủ tục này không nhận qua kênh \(name.vi)",
          en: "this procedure is not offered on the channel \(name.en)"))
    case .addressNeeded:
      return Explanation(
        Localized(
          vi: "thủ tục này cần đơn vị theo địa chỉ người nộp: có bước thuộc đơn vị xác định từ đó",
          en: "this procedure needs the unit of the applicant's address: it goes to units found from there"),
        next: Localized(vi: "thêm --address-unit ĐƠN_VỊ", en: "add --address-unit UNIT"))
    case .badInput(let field, let problem):
      return Explanation(problem.explained(field))
    case .badExtension(let due, let latest):
      guard let due, let latest else {
        return Explanation(
          Localized(vi: "hồ sơ không có hạn để gia hạn", en: "it has no promised date to extend"))
      }
      return Explanation(
        Localized(
          vi: "ngày hẹn lại phải sau \(names.when(due)) và không quá \(names.when(latest))",
          en: "the new date must be after \(names.when(due)) and no later than \(names.when(latest))"),
        next: Localized(vi: "nêu bằng --until", en: "give it with --until"))
    case .notConsulted:
      return Explanation(
        Localized(vi: "không có câu hỏi lấy ý kiến nào đang mở", en: "no opinion is being asked for"))
    case .assigneeUnfit(_, let role):
      let name = names.role(role)
      return Explanation(
        Localized(
          vi: "người được nêu không phải \(name.vi) của đơn vị đang giữ hồ sơ",
          en: "the person named is no \(name.en) of the unit that holds it"))
    case .calendar(let error):
      return Explanation(
        Localized(vi: error.vietnamese, en: error.english),
        next: Localized(vi: "bổ sung lịch: motcua calendar load", en: "extend it: motcua calendar load"))
    case .inconsistent(let what):
      return Explanation(
        Localized(
          vi: "định nghĩa quy trình không có “\(what)”", en: "the workflow definition lacks “\(what)”"),
        next: Localized(vi: "kiểm tra: motcua doctor", en: "check: motcua doctor"), exit: .software)
    }
  }

  private func missing(_ requirement: Requirement, _ action: String) -> Explanation {
    switch requirement {
    case .reason:
      Explanation(
        Localized(vi: "“\(action)” phải nêu lý do", en: "“\(action)” needs a reason"),
        next: Localized(vi: "thêm --reason \"…\"", en: "add --reason \"…\""), exit: .usage)
    case .signature:
      Explanation(
        Localized(
          vi: "“\(action)” phải nêu số văn bản đã ký",
          en: "“\(action)” needs the signed document's number"),
        next: Localized(vi: "thêm --signed SỐ", en: "add --signed NUMBER"), exit: .usage)
    default:
      Explanation(
        Localized(
          vi: "“\(action)” còn thiếu: \(requirement.rawValue)",
          en: "“\(action)” lacks: \(requirement.rawValue)"))
    }
  }
}

extension InputProblem {
  func explained(_ name: String) -> Localized {
    // What an option brings is named by the option.
    let options = [
      "text": "--text", "amount": "--amount", "method": "--method", "opinion": "--opinion", "data": "--set",
      "documents": "--document", "until": "--until", "payment": "--amount",
    ]
    let field = options[name] ?? name
    return switch self {
    case .unknown:
      Localized(vi: "không có trường “\(field)” ở đây", en: "there is no field “\(field)” here")
    case .empty: Localized(vi: "“\(field)” để trống", en: "“\(field)” is empty")
    case .notPositive: Localized(vi: "“\(field)” phải lớn hơn 0", en: "“\(field)” must be more than 0")
    case .wrongKind(let kind):
      Localized(
        vi: "“\(field)” phải là \(kind.spoken.vi)", en: "“\(field)” must be \(kind.spoken.en)")
    case .tooSmall:
      Localized(vi: "“\(field)” nhỏ quá mức cho phép", en: "“\(field)” is below its least value")
    case .tooLarge:
      Localized(vi: "“\(field)” lớn quá mức cho phép", en: "“\(field)” is above its greatest value")
    case .notADigest:
      Localized(
        vi: "“\(field)” phải là 64 chữ số thập lục phân viết thường",
        en: "“\(field)” must be 64 hexadecimal digits in lower case")
    case .notAnOption(let options):
      Localized(
        vi: "“\(field)” phải là một trong: \(options.joined(separator: ", "))",
        en: "“\(field)” must be one of: \(options.joined(separator: ", "))")
    }
  }
}

extension DataField.Kind {
  /// What a value of this kind is.
  var spoken: Localized {
    switch self {
    case .bool: Localized(vi: "có hoặc không", en: "yes or no")
    case .integer: Localized(vi: "số nguyên", en: "a whole number")
    case .decimal: Localized(vi: "số", en: "a number")
    case .money: Localized(vi: "số tiền, đồng", en: "a sum in đồng")
    case .text: Localized(vi: "chữ", en: "a text")
    case .date: Localized(vi: "ngày", en: "a date")
    case .choice: Localized(vi: "một lựa chọn", en: "a choice")
    }
  }
}
