// The engine's refusals in words: what stands in the way, and what to do next.

import CaseModel
import Messages
import Reading
import Workflow
import WorkingTime

/// What a refusal says: the fact, and what helps.
package struct Explanation {
  package var what: Localized
  package var next: Remedy?
  var exit: ExitStatus = .dataErr

  init(_ what: Localized, next: Remedy? = nil, exit: ExitStatus = .dataErr) {
    self.what = what
    self.next = next
    self.exit = exit
  }
}

extension Rejection {
  /// - Parameter dossier: the code of the dossier that it is about, where it is known.
  package func explained(_ names: Names, dossier: String? = nil) -> Explanation {
    switch self {
    case .ended(let state):
      let name = names.state(state)
      return Explanation(
        Localized(vi: "hồ sơ đã kết thúc (\(name.vi))", en: "it has come to its end (\(name.en))"),
        next: Remedy(
          Localized(
            vi: "hồ sơ đã kết thúc thì không thay đổi nữa; xem lại bằng",
            en: "nothing moves after the end; read it with"), .readHistory(dossier)))
    case .notAllowed(let action, let state, let allowed):
      let name = names.state(state)
      let list = allowed.joined(separator: ", ")
      return Explanation(
        Localized(
          vi: "không làm được “\(action)” ở bước “\(name.vi)”",
          en: "“\(action)” is not possible in the step “\(name.en)”"),
        next: allowed.isEmpty
          ? nil : Remedy(Localized(vi: "có thể làm: \(list)", en: "possible now: \(list)")))
    case .notYours(let action, let unit, let roles):
      let who = names.roles(roles)
      return Explanation(
        Localized(
          vi: "bạn không được giao làm “\(action)” tại \(names.unit(unit))",
          en: "“\(action)” at \(names.unit(unit)) is not assigned to you"),
        next: Remedy(Localized(vi: "việc này của: \(who.vi)", en: "it is for: \(who.en)")), exit: .noPerm)
    case .handoverPending(let unit, _):
      return Explanation(
        Localized(
          vi: "hồ sơ đang trên đường tới \(names.unit(unit))",
          en: "it is on its way to \(names.unit(unit))"),
        next: Remedy(
          Localized(
            vi: "nơi nhận bấm take hoặc decline; nơi gửi có thể recall",
            en: "the receiver takes or declines it; the sender may recall it")))
    case .noHandover:
      return Explanation(
        Localized(vi: "hồ sơ không ở trên đường đi đâu", en: "it is not on its way anywhere"),
        next: Remedy(Localized(vi: "xem", en: "look"), .showDossier(dossier)))
    case .conditionFails(let action, let condition, let undecided):
      return Explanation(
        Localized(
          vi: "điều kiện của “\(action)” \(undecided ? "chưa xác định được" : "không thỏa"): \(condition)",
          en:
            "the condition of “\(action)” \(undecided ? "cannot be decided yet" : "does not hold"): \(condition)"
        ),
        next: undecided
          ? Remedy(
            Localized(vi: "điền dữ liệu còn thiếu", en: "fill in what is missing"),
            .amendData(dossier: dossier))
          : Remedy(
            Localized(vi: "xem những việc làm được", en: "see what can be done"),
            .seeActions(dossier: dossier)))
    case .ambiguous(let action, let targets):
      let list = names.states(targets)
      return Explanation(
        Localized(
          vi: "“\(action)” dẫn tới nhiều bước: \(list.vi)",
          en: "“\(action)” leads to several steps: \(list.en)"),
        next: Remedy(Localized(vi: "nêu một bước bằng", en: "name one with"), .provide(.targetState)))
    case .missingComponents(let components):
      return Explanation(
        Localized(
          vi: "còn thiếu giấy tờ: " + components.map { "\($0.name.vi) (\($0.id))" }.joined(separator: "; "),
          en: "papers are missing: " + components.map { "\($0.name.en) (\($0.id))" }.joined(separator: "; ")),
        next: Remedy(
          Localized(vi: "ghi nhận giấy tờ", en: "record them"), .attachDocuments(dossier: dossier)))
    case .feeUnpaid(let due, let paid):
      return Explanation(
        Localized(
          vi: "chưa nộp đủ phí, lệ phí: phải nộp \(Money(dong: due)), đã nộp \(Money(dong: paid))",
          en: "the fee is not paid: \(Money(dong: due)) due, \(Money(dong: paid)) paid"),
        next: Remedy(Localized(vi: "thu phần còn lại", en: "take the rest"), .payFee(dossier: dossier)))
    case .missing(let requirement, let action):
      return missing(requirement, action)
    case .unanswered(let units):
      let list = units.map(names.unit).joined(separator: ", ")
      return Explanation(
        Localized(vi: "chưa có ý kiến của: \(list)", en: "no answer yet from: \(list)"),
        next: Remedy(
          Localized(
            vi: "chờ trả lời hoặc hết thời hạn lấy ý kiến", en: "wait for it, or for its time to pass")))
    case .missingFields(let fields):
      let list = names.fields(fields)
      return Explanation(
        Localized(vi: "còn thiếu dữ liệu: \(list.vi)", en: "data are missing: \(list.en)"),
        next: Remedy(Localized(vi: "điền", en: "fill in"), .amendData(dossier: dossier)))
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
          ? Remedy(
            Localized(
              vi: "hồ sơ cần đơn vị của địa chỉ: thêm", en: "the dossier needs the unit of the address: add"),
            .provide(.addressUnit))
          : Remedy(Localized(vi: "kiểm tra", en: "check"), .listUnits))
    case .notReceivedHere(let tier, let allowed):
      let (here, there) = (names.tier(tier), names.tiers(allowed))
      return Explanation(
        Localized(
          vi: "thủ tục này không tiếp nhận ở cấp \(here.vi)",
          en: "this procedure is not received at the tier \(here.en)"),
        next: Remedy(Localized(vi: "tiếp nhận ở cấp: \(there.vi)", en: "it is received at: \(there.en)")))
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
        next: Remedy(Localized(vi: "thêm", en: "add"), .provide(.addressUnit)))
    case .badInput(let field, let problem):
      return Explanation(problem.explained(names.input(field)))
    case .badExtension(let due, let latest):
      guard let due, let latest else {
        return Explanation(
          Localized(vi: "hồ sơ không có hạn để gia hạn", en: "it has no promised date to extend"))
      }
      return Explanation(
        Localized(
          vi: "ngày hẹn lại phải sau \(names.when(due)) và không quá \(names.when(latest))",
          en: "the new date must be after \(names.when(due)) and no later than \(names.when(latest))"),
        next: Remedy(Localized(vi: "nêu bằng", en: "give it with"), .provide(.until)))
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
        next: Remedy(Localized(vi: "bổ sung lịch", en: "extend it"), .loadCalendar))
    case .inconsistent(let what):
      return Explanation(
        Localized(
          vi: "định nghĩa quy trình không có “\(what)”", en: "the workflow definition lacks “\(what)”"),
        next: Remedy(Localized(vi: "kiểm tra", en: "check"), .runDoctor), exit: .software)
    }
  }

  private func missing(_ requirement: Requirement, _ action: String) -> Explanation {
    switch requirement {
    case .reason:
      Explanation(
        Localized(vi: "“\(action)” phải nêu lý do", en: "“\(action)” needs a reason"),
        next: Remedy(Localized(vi: "thêm", en: "add"), .provide(.reason)), exit: .usage)
    case .signature:
      Explanation(
        Localized(
          vi: "“\(action)” phải nêu số văn bản đã ký",
          en: "“\(action)” needs the signed document's number"),
        next: Remedy(Localized(vi: "thêm", en: "add"), .provide(.signature)), exit: .usage)
    default:
      Explanation(
        Localized(
          vi: "“\(action)” còn thiếu: \(requirement.rawValue)",
          en: "“\(action)” lacks: \(requirement.rawValue)"))
    }
  }
}
