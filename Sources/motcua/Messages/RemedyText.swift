// What to do next, as a person at a command line does it.

import Messages

extension Remedy {
  /// In words with the command or option to type.
  var atCommandLine: Localized {
    guard let step else { return words }
    switch step {
    case .nameActor:
      return Localized(
        vi: "Nêu bằng --as TÊN hoặc MOTCUA_STAFF; danh sách: motcua staff list",
        en: "Say it with --as NAME or MOTCUA_STAFF; who there is: motcua staff list")
    case .actAsOneself:
      return Localized(
        vi: "Bỏ --as (và MOTCUA_STAFF) để làm việc với tư cách của chính mình.",
        en: "Leave out --as (and MOTCUA_STAFF) to act as yourself.")
    case .correctConnection(let part): return part.atCommandLine
    case .provide(.unit): return words + Localized(vi: " --unit MÃ.", en: " --unit CODE.")
    case .provide(.documentName):
      return words
        + Localized(
          vi: ": --document \"Giấy ủy quyền\"", en: ": --document \"Letter of attorney\"")
    case .provide(.documents(let ids)):
      return words + Localized(same: ": " + ids.map { "--document \($0)" }.joined(separator: " "))
    case .provide(let input): return words + Localized(same: " ") + input.option
    default: return words + Localized(same: ": motcua ") + step.command
    }
  }
}

extension Remedy.Connection {
  fileprivate var atCommandLine: Localized {
    switch self {
    case .address:
      Localized(
        vi: "Kiểm tra PGHOST/PGSERVICE/--database, hoặc chạy: motcua status",
        en: "Check PGHOST/PGSERVICE/--database, or run: motcua status")
    case .databaseName:
      Localized(
        vi: "Kiểm tra tên trong --database hoặc PGDATABASE; xem các tên: psql -l",
        en: "Check the name in --database or PGDATABASE; see the names: psql -l")
    case .socketPath:
      Localized(
        vi: "Dùng đường dẫn ngắn hơn trong --database hoặc PGHOST, ví dụ qua một liên kết ở /tmp.",
        en: "Use a shorter path in --database or PGHOST, by a link in /tmp, say.")
    }
  }
}

extension Remedy.Input {
  fileprivate var option: Localized {
    switch self {
    case .reason: Localized(same: "--reason \"…\"")
    case .signature: Localized(vi: "--signed SỐ", en: "--signed NUMBER")
    case .until: Localized(same: "--until")
    case .targetState: Localized(same: "--to")
    case .unit: Localized(vi: "--unit MÃ", en: "--unit CODE")
    case .addressUnit: Localized(vi: "--address-unit ĐƠN_VỊ", en: "--address-unit UNIT")
    case .documents, .documentName: Localized(same: "--document")
    }
  }
}

extension Remedy.Step {
  /// The command without the program's name; of a dossier that is not known, what stands for its code.
  fileprivate var command: Localized {
    func of(_ dossier: String?, _ command: String, _ rest: Localized = Localized(same: "")) -> Localized {
      let code = dossier.map { Localized(same: $0) } ?? Localized(vi: "MÃ", en: "CODE")
      return Localized(same: command + " ") + code + rest
    }
    switch self {
    case .showDossier(let code): return of(code, "dossier show")
    case .readHistory(let code): return of(code, "history")
    case .seeActions(let code): return of(code, "dossier advance")
    case .act(let code): return of(code, "dossier advance", Localized(vi: " VIỆC", en: " ACTION"))
    case .attachDocuments(let code):
      return of(code, "dossier attach", Localized(vi: " --document TÊN", en: " --document ID"))
    case .payFee(let code): return of(code, "dossier pay")
    case .amendData(let code):
      return of(
        code, "dossier amend",
        Localized(vi: " --set TRƯỜNG=GIÁ_TRỊ --reason \"…\"", en: " --set FIELD=VALUE --reason \"…\""))
    case .openInbox: return Localized(same: "inbox")
    case .searchApplicant(let name): return Localized(same: "dossier search \"\(name)\"")
    case .listUnits: return Localized(same: "unit list")
    case .listStaff(let unit): return Localized(same: "staff list" + (unit.map { " --unit \($0)" } ?? ""))
    case .listRoles: return Localized(same: "staff roles")
    case .listProcedures: return Localized(same: "procedure list")
    case .listWorkflows: return Localized(same: "workflow list")
    case .assignStaff(let username, let role):
      return Localized(
        vi: "staff assign \(username) --unit MÃ --role \(role)",
        en: "staff assign \(username) --unit CODE --role \(role)")
    case .setPassword: return Localized(vi: "staff password TÊN", en: "staff password NAME")
    case .loadCalendar: return Localized(same: "calendar load")
    case .runDoctor: return Localized(same: "doctor")
    case .migrateDatabase: return Localized(same: "db migrate")
    case .showServerStatus: return Localized(same: "status")
    case .nameActor, .actAsOneself, .correctConnection, .provide: return Localized(same: "--help")
    }
  }
}

/// The option that brings a part of a request; what has none stands for itself.
@Sendable func optionName(_ input: String) -> String {
  switch input {
  case "text": "--text"
  case "reason": "--reason"
  case "amount", "payment": "--amount"
  case "method": "--method"
  case "receipt": "--receipt"
  case "opinion": "--opinion"
  case "data": "--set"
  case "documents": "--document"
  case "until": "--until"
  case "signature": "--signed"
  default: input
  }
}

extension Problem {
  /// The same for whoever sent JSON: what is to be provided is named by its member.
  var forJSON: Problem {
    guard let remedy, case .provide(let input)? = remedy.step else { return self }
    let words: Localized
    switch input {
    case .documents:
      // Which are missing stands in the refusal, with their ids.
      words = Localized(
        vi: "Nộp đủ rồi ghi vào “documents”.", en: "Once they are there, name them in “documents”.")
    case .unit: words = remedy.words + Localized(same: " “unit”.")
    case .addressUnit: words = remedy.words + Localized(same: " “address_unit”")
    case .reason, .signature, .until, .targetState, .documentName: return self
    }
    return Problem(status, code: code, what, remedy: Remedy(words), details: details)
  }
}
