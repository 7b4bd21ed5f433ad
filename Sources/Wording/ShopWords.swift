// Failures of a call on the shop as problems: what happened, on what, what to do next, and the exit status.

import CaseModel
import Messages
import Postgres
import Reading
import Store
import Workflow
import WorkingTime

/// The problem that an error is to a person; nil where these words do not know it.
package func knownProblem(of error: any Error, names: Names = Names()) -> Problem? {
  switch error {
  case let problem as Problem: problem
  case let error as ShopError: error.problem(names)
  case let error as Rejection: error.problem(names, dossier: "")
  case let error as PostgresError: error.problem
  case let error as InvalidValue: error.problem
  case let error as CalendarError:
    Problem(.dataErr, code: "calendar", Localized(vi: error.vietnamese, en: error.english))
  case let error as TimeFormatError:
    Problem(.dataErr, code: "time", Localized(vi: error.vietnamese, en: error.english))
  case let error as WriterError: error.problem
  case let error as ShopPoolError: error.problem
  case is CancellationError:
    Problem(.tempFail, code: "cancelled", Localized(vi: "Đã dừng theo yêu cầu.", en: "Stopped as asked."))
  default: nil
  }
}

extension Rejection {
  /// - Parameter dossier: what it is about: a dossier's code, or an applicant's name; empty where nothing is known.
  package func problem(_ names: Names, dossier: String) -> Problem {
    let code = try? DossierCode(parsing: dossier)
    let explanation = explained(names, dossier: code == nil ? nil : dossier)
    let subject = Localized(same: dossier.isEmpty ? "" : "\(dossier): ")
    return Problem(
      explanation.exit, code: "rejected.\(self.code)",
      subject + explanation.what + Localized(same: "."), remedy: explanation.next)
  }
}

extension ShopError {
  package func problem(_ names: Names) -> Problem {
    switch self {
    case .rejected(let rejection, let dossier): return rejection.problem(names, dossier: dossier)
    case .refused(let refusal):
      return Problem(
        refusal.sqlState == "MC004" ? .noPerm : .dataErr, code: "refused.\(refusal.sqlState)",
        Localized(
          vi: "\(refusal.dossier): cơ sở dữ liệu từ chối: \(refusal.vietnamese)",
          en: "\(refusal.dossier): the database refuses: \(refusal.message)"),
        remedy: Remedy(
          Localized(
            vi: "Xem lại rồi quyết định",
            en: (refusal.hint.map { $0 + " " } ?? "") + "Look again, then decide"),
          .showDossier(refusal.dossier)),
        details: [.init("server", refusal.message)])
    case .noDossier(let name, _, ambiguous: false):
      return Problem(
        .noInput, code: "dossier.not_found",
        Localized(
          vi: "Không có hồ sơ nào tên hoặc kết thúc bằng “\(name)” mà bạn được xem.",
          en: "There is no dossier named, or ending in, “\(name)” that you may see."),
        remedy: Remedy(Localized(vi: "Xem danh sách của bạn", en: "See what is yours"), .openInbox))
    case .noDossier(let name, let candidates, ambiguous: true):
      return Problem(
        .noInput, code: "dossier.ambiguous",
        Localized(vi: "“\(name)” khớp với nhiều hồ sơ.", en: "“\(name)” fits several dossiers."),
        remedy: Localized(vi: "Gõ mã dài hơn.", en: "Type more of the code."),
        details: candidates.map { Problem.Detail($0.code, $0.applicant ?? "") })
    case .conflict(let conflict) where conflict.version == nil:
      return Problem(
        .tempFail, code: "dossier.changed",
        Localized(
          vi: "\(conflict.dossier): hồ sơ vừa được người khác chuyển đi, bạn không còn được xem.",
          en: "\(conflict.dossier): somebody has just moved it on, and it is no longer yours to see."),
        remedy: Remedy(
          Localized(
            vi: "Chưa ghi gì. Xem danh sách của bạn", en: "Nothing was written. See what is yours"),
          .openInbox))
    case .conflict(let conflict):
      let when = conflict.at.map { names.when($0) } ?? ""
      let who = conflict.by ?? "?"
      return Problem(
        .tempFail, code: "dossier.changed",
        Localized(
          vi: "\(conflict.dossier): \(who) đã thay đổi hồ sơ lúc \(when).",
          en: "\(conflict.dossier): changed by \(who) at \(when)."),
        remedy: Remedy(
          Localized(vi: "Chưa ghi gì. Xem lại", en: "Nothing was written. Look again"),
          .showDossier(conflict.dossier)))
    case .notStaff(let name):
      return Problem(
        .noUser, code: "staff.none",
        Localized(
          vi: name.isEmpty ? "Chưa biết ai đang làm việc." : "“\(name)” không phải cán bộ đang làm việc.",
          en: name.isEmpty ? "It is not known who acts." : "“\(name)” is no active staff member."),
        remedy: Remedy(Localized(vi: "Nêu người làm việc", en: "Say who acts"), .nameActor))
    case .mayNotActAs(let name):
      return Problem(
        .noPerm, code: "staff.not_you",
        Localized(vi: "Bạn không được làm việc với tư cách “\(name)”.", en: "You may not act as “\(name)”."),
        remedy: Remedy(
          Localized(vi: "Làm việc với tư cách của chính mình", en: "Act as yourself"), .actAsOneself))
    case .unknown(let thing, let name): return unknown(thing, name)
    case .ambiguous(let thing, let name, let candidates):
      return Problem(
        .noInput, code: "\(thing.rawValue).ambiguous",
        Localized(
          vi: "“\(name)” là tên chung của \(candidates.count) nơi.",
          en: "“\(name)” is the name of \(candidates.count)."),
        remedy: Localized(vi: "Nêu bằng mã.", en: "Name it by its code."),
        details: candidates.prefix(20).map { Problem.Detail($0.code, $0.name) })
    case .noShop, .notMigrated:
      return Problem(
        .config, code: "schema.old",
        Localized(
          vi: "Cơ sở dữ liệu chưa có (hoặc có bản cũ của) MotCua.",
          en: "The database holds no MotCua yet, or an older one."),
        remedy: Remedy(Localized(vi: "Chạy", en: "Run"), .migrateDatabase))
    case .newerSchema(let found, let expected):
      return Problem(
        .config, code: "schema.newer",
        Localized(
          vi: "Cơ sở dữ liệu ở phiên bản \(found), chương trình này chỉ biết tới \(expected).",
          en: "The database is at version \(found); this program knows up to \(expected)."),
        remedy: Localized(vi: "Cài bản MotCua mới hơn.", en: "Install a newer MotCua."))
    case .alteredMigration(let version, let name):
      return Problem(
        .config, code: "schema.altered",
        Localized(
          vi: "Bước chuyển đổi \(version) (\(name)) đã chạy khác với bản trong chương trình này.",
          en: "Migration \(version) (\(name)) was run with other content than this program carries."),
        remedy: Localized(
          vi: "Dùng đúng bản MotCua đã tạo ra cơ sở dữ liệu này.",
          en: "Use the MotCua that made this database."))
    case .calendar(let error):
      return Problem(.dataErr, code: "calendar", Localized(vi: error.vietnamese, en: error.english))
    case .damaged(let what):
      return Problem(
        .software, code: "damaged",
        Localized(vi: "Dữ liệu không đọc được: \(what)", en: "Stored data cannot be read: \(what)"),
        remedy: Remedy(Localized(vi: "Chạy", en: "Run"), .runDoctor))
    case .database(let error): return error.problem
    case .commitInDoubt(.reception(let applicant)):
      return Problem(
        .tempFail, code: "commit.in_doubt",
        Localized(
          vi: "Mất kết nối đúng lúc tiếp nhận hồ sơ của \(applicant); chưa rõ đã ghi hay chưa.",
          en:
            "The connection broke while \(applicant)'s dossier was received; whether it was written is not known."
        ),
        remedy: Remedy(
          Localized(vi: "Xem trước khi làm lại", en: "Look before trying again"),
          .searchApplicant(applicant)))
    case .commitInDoubt(.decision(let dossier)):
      return Problem(
        .tempFail, code: "commit.in_doubt",
        Localized(
          vi: "\(dossier): mất kết nối đúng lúc ghi; chưa rõ đã ghi hay chưa.",
          en: "\(dossier): the connection broke while writing; whether it was written is not known."),
        remedy: Remedy(
          Localized(vi: "Xem trước khi làm lại", en: "Look before trying again"), .showDossier(dossier)))
    case .commitInDoubt(.transaction):
      return Problem(
        .tempFail, code: "commit.in_doubt",
        Localized(
          vi: "Mất kết nối đúng lúc ghi; chưa rõ những việc vừa làm đã được ghi hay chưa.",
          en: "The connection broke while writing; whether what you have just done was written is not known."),
        remedy: Remedy(Localized(vi: "Xem trước khi làm lại", en: "Look before trying again"), .openInbox))
    case .unreadableAnswer(let what, let fault):
      let step: Remedy.Step =
        switch what {
        case .reception(let applicant): .searchApplicant(applicant)
        case .decision(let dossier): .showDossier(dossier)
        case .transaction: .openInbox
        }
      return Problem(
        .software, code: "answer.unreadable",
        Localized(
          vi: "\(what.name): đã ghi xong, nhưng không đọc được trả lời của cơ sở dữ liệu.",
          en: "\(what.name): it is written, but the database's answer cannot be read."),
        remedy: Remedy(Localized(vi: "Đừng làm lại; xem", en: "Do not do it again; look"), step),
        details: [.init("answer", fault)])
    case .badReference(let file, let line, let problem):
      return Problem(
        .dataErr, code: "reference", Localized(same: "\(file):\(line): ") + Localized(problem))
    }
  }

  private func unknown(_ thing: Thing, _ name: String) -> Problem {
    let (vi, en, step): (String, String, Remedy.Step) =
      switch thing {
      case .unit: ("đơn vị", "unit", .listUnits)
      case .staff: ("cán bộ", "staff member", .listStaff(unit: nil))
      case .procedure: ("thủ tục", "procedure", .listProcedures)
      case .workflow: ("quy trình", "workflow", .listWorkflows)
      case .role: ("vai trò", "role", .listRoles)
      }
    return Problem(
      .noInput, code: "\(thing.rawValue).unknown",
      Localized(vi: "Không có \(vi) “\(name)”.", en: "There is no \(en) “\(name)”."),
      remedy: Remedy(Localized(vi: "Danh sách", en: "See"), step))
  }
}

// MARK: - Where many are served

extension WriterError {
  package var problem: Problem {
    switch self {
    case .tooManyWaiting: return .crowded
    case .closed:
      return Problem(
        .tempFail, code: "shop.closing",
        Localized(
          vi: "Chương trình đang dừng, không nhận thêm việc; chưa ghi gì.",
          en: "The program is stopping and takes no more; nothing was written."),
        remedy: Localized(vi: "Thử lại sau.", en: "Try again later."))
    case .noAnswer:
      return Problem(
        .tempFail, code: "database.slow",
        Localized(
          vi: "Cơ sở dữ liệu không trả lời kịp; chưa ghi gì.",
          en: "The database did not answer in time; nothing was written."),
        remedy: Remedy(Localized(vi: "Thử lại; xem", en: "Try again; see"), .showServerStatus))
    }
  }
}

extension ShopPoolError {
  package var problem: Problem {
    switch self {
    case .tooManyWaiting: .crowded
    }
  }
}

extension Problem {
  fileprivate static let crowded = Problem(
    .tempFail, code: "shop.crowded",
    Localized(
      vi: "Đang có quá nhiều người chờ; chưa ghi gì.", en: "Too many are waiting; nothing was written."),
    remedy: Localized(vi: "Thử lại sau ít phút.", en: "Try again in a few minutes."))
}
