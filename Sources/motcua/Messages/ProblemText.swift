// Every failure as a problem: what happened, on what, what to do next, and the exit status.

import CaseModel
import Messages
import Postgres
import PrivateCluster
import Store
import Terminal
import Workflow
import WorkingTime

/// What a person is told of an error.
func problem(of error: any Error, names: Names = Names { "\($0)" }) -> Problem {
  switch error {
  case let problem as Problem: problem
  case let error as ShopError: error.problem(names)
  case let error as Rejection: error.problem(names, dossier: "")
  case let error as PostgresError: error.problem
  case let error as ClusterError:
    Problem(
      ExitStatus(rawValue: error.exitStatus) ?? .unavailable, code: "cluster",
      Localized(vi: error.message.vi, en: error.message.en),
      remedy: Localized(vi: error.hint.vi, en: error.hint.en))
  case let error as CalendarError:
    Problem(.dataErr, code: "calendar", Localized(vi: error.vietnamese, en: error.english))
  case let error as TimeFormatError:
    Problem(.dataErr, code: "time", Localized(vi: error.vietnamese, en: error.english))
  case let error as ContentFault:
    Problem(
      .dataErr, code: "workflow.faults", Localized(vi: error.faults.vietnamese, en: error.faults.english))
  case let faults as Faults:
    Problem(.dataErr, code: "workflow.faults", Localized(vi: faults.vietnamese, en: faults.english))
  case is CancellationError:
    Problem(.tempFail, code: "cancelled", Localized(vi: "Đã dừng theo yêu cầu.", en: "Stopped as asked."))
  default:
    Problem(
      .software, code: "unexpected",
      Localized(vi: "Lỗi không lường trước: \(error)", en: "Unexpected: \(error)"),
      remedy: Localized(vi: "Chạy: motcua doctor", en: "Run: motcua doctor"))
  }
}

extension Rejection {
  func problem(_ names: Names, dossier: String) -> Problem {
    let told = explained(names)
    let subject = dossier.isEmpty ? "" : "\(dossier): "
    return Problem(
      told.exit, code: "rejected.\(code)",
      Localized(vi: subject + told.what.vi + ".", en: subject + told.what.en + "."),
      remedy: told.next.map { next in
        // Where the dossier is known the command can be typed as it stands.
        DossierCode.isOne(dossier)
          ? Localized(
            vi: next.vi.replacing(" MÃ", with: " \(dossier)"),
            en: next.en.replacing(" CODE", with: " \(dossier)")) : next
      })
  }
}

extension DossierCode {
  static func isOne(_ text: String) -> Bool { (try? DossierCode(parsing: text)) != nil }
}

extension ShopError {
  func problem(_ names: Names) -> Problem {
    switch self {
    case .rejected(let rejection, let dossier): return rejection.problem(names, dossier: dossier)
    case .refused(let refusal):
      return Problem(
        refusal.sqlState == "MC004" ? .noPerm : .dataErr, code: "refused.\(refusal.sqlState)",
        Localized(
          vi: "\(refusal.dossier): cơ sở dữ liệu từ chối: \(refusal.vietnamese)",
          en: "\(refusal.dossier): the database refuses: \(refusal.message)"),
        remedy: Localized(
          vi: "Xem lại rồi quyết định: motcua dossier show \(refusal.dossier)",
          en: refusal.hint ?? "Look again, then decide: motcua dossier show \(refusal.dossier)"),
        details: [.init("server", refusal.message)])
    case .noDossier(let name, _, ambiguous: false):
      return Problem(
        .noInput, code: "dossier.not_found",
        Localized(
          vi: "Không có hồ sơ nào tên hoặc kết thúc bằng “\(name)” mà bạn được xem.",
          en: "There is no dossier named, or ending in, “\(name)” that you may see."),
        remedy: Localized(vi: "Xem danh sách của bạn: motcua inbox", en: "See what is yours: motcua inbox"))
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
        remedy: Localized(
          vi: "Chưa ghi gì. Xem danh sách của bạn: motcua inbox",
          en: "Nothing was written. See what is yours: motcua inbox"))
    case .conflict(let conflict):
      let when = conflict.at.map { names.when($0) } ?? ""
      let who = conflict.by ?? "?"
      return Problem(
        .tempFail, code: "dossier.changed",
        Localized(
          vi: "\(conflict.dossier): \(who) đã thay đổi hồ sơ lúc \(when).",
          en: "\(conflict.dossier): changed by \(who) at \(when)."),
        remedy: Localized(
          vi: "Chưa ghi gì. Xem lại: motcua dossier show \(conflict.dossier)",
          en: "Nothing was written. Look again: motcua dossier show \(conflict.dossier)"))
    case .notStaff(let name):
      return Problem(
        .noUser, code: "staff.none",
        Localized(
          vi: name.isEmpty ? "Chưa biết ai đang làm việc." : "“\(name)” không phải cán bộ đang làm việc.",
          en: name.isEmpty ? "It is not known who acts." : "“\(name)” is no active staff member."),
        remedy: Localized(
          vi: "Nêu bằng --as TÊN hoặc MOTCUA_STAFF; danh sách: motcua staff list",
          en: "Say it with --as NAME or MOTCUA_STAFF; who there is: motcua staff list"))
    case .mayNotActAs(let name):
      return Problem(
        .noPerm, code: "staff.not_you",
        Localized(vi: "Bạn không được làm việc với tư cách “\(name)”.", en: "You may not act as “\(name)”."),
        remedy: Localized(
          vi: "Bỏ --as (và MOTCUA_STAFF) để làm việc với tư cách của chính mình.",
          en: "Leave out --as (and MOTCUA_STAFF) to act as yourself."))
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
        remedy: Localized(vi: "Chạy: motcua db migrate", en: "Run: motcua db migrate"))
    case .newerSchema(let found, let expected):
      return Problem(
        .config, code: "schema.newer",
        Localized(
          vi: "Cơ sở dữ liệu ở phiên bản \(found), chương trình này chỉ biết tới \(expected).",
          en: "The database is at version \(found); this program knows up to \(expected)."),
        remedy: Localized(vi: "Cài bản motcua mới hơn.", en: "Install a newer motcua."))
    case .alteredMigration(let version, let name):
      return Problem(
        .config, code: "schema.altered",
        Localized(
          vi: "Bước chuyển đổi \(version) (\(name)) đã chạy khác với bản trong chương trình này.",
          en: "Migration \(version) (\(name)) was run with other content than this program carries."),
        remedy: Localized(
          vi: "Dùng đúng bản motcua đã tạo ra cơ sở dữ liệu này.",
          en: "Use the motcua that made this database."))
    case .calendar(let error):
      return Problem(.dataErr, code: "calendar", Localized(vi: error.vietnamese, en: error.english))
    case .damaged(let what):
      return Problem(
        .software, code: "damaged",
        Localized(vi: "Dữ liệu không đọc được: \(what)", en: "Stored data cannot be read: \(what)"),
        remedy: Localized(vi: "Chạy: motcua doctor", en: "Run: motcua doctor"))
    case .database(let error): return error.problem
    case .commitInDoubt(.reception(let applicant)):
      return Problem(
        .tempFail, code: Self.inDoubtCode,
        Localized(
          vi: "Mất kết nối đúng lúc tiếp nhận hồ sơ của \(applicant); chưa rõ đã ghi hay chưa.",
          en:
            "The connection broke while \(applicant)'s dossier was received; whether it was written is not known."
        ),
        remedy: Localized(
          vi: "Xem trước khi làm lại: motcua dossier search \"\(applicant)\"",
          en: "Look before trying again: motcua dossier search \"\(applicant)\""))
    case .commitInDoubt(.decision(let dossier)):
      return Problem(
        .tempFail, code: Self.inDoubtCode,
        Localized(
          vi: "\(dossier): mất kết nối đúng lúc ghi; chưa rõ đã ghi hay chưa.",
          en: "\(dossier): the connection broke while writing; whether it was written is not known."),
        remedy: Localized(
          vi: "Xem trước khi làm lại: motcua dossier show \(dossier)",
          en: "Look before trying again: motcua dossier show \(dossier)"))
    case .badReference(let file, let line, let problem):
      return Problem(
        .dataErr, code: "reference", Localized(same: "\(file):\(line): ") + problem.localized)
    }
  }

  private func unknown(_ thing: Thing, _ name: String) -> Problem {
    let (vi, en, command) =
      switch thing {
      case .unit: ("đơn vị", "unit", "motcua unit list")
      case .staff: ("cán bộ", "staff member", "motcua staff list")
      case .procedure: ("thủ tục", "procedure", "motcua procedure list")
      case .workflow: ("quy trình", "workflow", "motcua workflow list")
      case .role: ("vai trò", "role", "motcua staff roles")
      }
    return Problem(
      .noInput, code: "\(thing.rawValue).unknown",
      Localized(vi: "Không có \(vi) “\(name)”.", en: "There is no \(en) “\(name)”."),
      remedy: Localized(vi: "Danh sách: \(command)", en: "See: \(command)"))
  }
}

extension PostgresError {
  var problem: Problem {
    switch self {
    case .connectFailed(let failure):
      if let told = failure.told { return told }
      if failure.reason == .refused(.tooManyConnections) { return .busy }
      if failure.message.contains(noSpaceLeft) {
        return .diskFull(
          Localized(
            vi: "Đĩa của cơ sở dữ liệu đã đầy, nên máy chủ không chạy được.",
            en: "The database's disk is full, and the server cannot run."), failure.message)
      }
      if case .refused = failure.reason {
        return Problem(
          .unavailable, code: "database.refuses",
          Localized(
            vi: "Máy chủ cơ sở dữ liệu không nhận kết nối này.",
            en: "The database server does not take this connection."),
          remedy: Localized(
            vi: "Lời của máy chủ nói vì sao; xem: motcua status",
            en: "The server's words say why; see: motcua status"),
          details: [.init("server", failure.message.inOneLine)])
      }
      return Problem(
        .unavailable, code: "database.unreachable",
        Localized(
          vi: "Không nối được cơ sở dữ liệu: không máy chủ nào trả lời ở đó.",
          en: "The database cannot be reached: no server answers there."),
        remedy: Localized(
          vi: "Kiểm tra PGHOST/PGSERVICE/--database, hoặc chạy: motcua status",
          en: "Check PGHOST/PGSERVICE/--database, or run: motcua status"),
        details: [.init("server", failure.message.inOneLine)])
    case .connectionLost(let loss) where loss.message.contains(noSpaceLeft):
      return .diskFull(
        Localized(
          vi: "Đĩa của cơ sở dữ liệu đã đầy, nên máy chủ đã ngừng giữa chừng.",
          en: "The database's disk is full, and the server broke off."), loss.message)
    case .connectionLost(let loss):
      return Problem(
        .tempFail, code: "database.lost",
        Localized(
          vi: "Mất kết nối cơ sở dữ liệu giữa chừng.",
          en: "The database connection was lost."),
        remedy: Localized(vi: "Thử lại; xem: motcua status", en: "Try again; see: motcua status"),
        details: [.init("server", (loss.serverError?.message ?? loss.message).inOneLine)])
    default: break
    }
    switch sqlState {
    case .diskFull?:
      return .diskFull(
        Localized(
          vi: "Đĩa của cơ sở dữ liệu đã đầy; chưa ghi gì.",
          en: "The database's disk is full; nothing was written."), serverError?.message ?? "")
    case .insufficientPrivilege?:
      return Problem(
        .noPerm, code: "database.denied",
        Localized(
          vi: "Bạn không được phép làm việc này.", en: "You may not do this."),
        remedy: Localized(
          vi: "Việc này của quản trị; người có quyền: motcua staff list",
          en: "It is an administrator's; who is one: motcua staff list"),
        details: (serverError?.message).map { [Problem.Detail("server", $0)] } ?? [])
    case .tooManyConnections?: return .busy
    default:
      return Problem(
        .software, code: "database",
        Localized(vi: "Cơ sở dữ liệu báo lỗi: \(self)", en: "The database reports: \(self)"),
        remedy: serverError?.hint.map { Localized(same: $0) })
    }
  }
}

extension ShopError {
  /// Of a problem whose cause is that an answer was lost.
  static let inDoubtCode = "commit.in_doubt"
}

/// The system's words, which the server passes on untranslated where it speaks English, as the private one does.
private let noSpaceLeft = "No space left on device"

extension Problem {
  fileprivate static let busy = Problem(
    .tempFail, code: "database.busy",
    Localized(vi: "Cơ sở dữ liệu đang hết chỗ kết nối.", en: "The database has no connection to spare."),
    remedy: Localized(vi: "Thử lại sau.", en: "Try again later."))

  fileprivate static func diskFull(_ what: Localized, _ message: String) -> Problem {
    Problem(
      .cantCreate, code: "database.disk_full", what,
      remedy: Localized(vi: "Giải phóng chỗ rồi thử lại.", en: "Free some space and try again."),
      details: message.isEmpty ? [] : [.init("server", message.inOneLine)])
  }
}

extension String {
  /// What the server or libpq says in several lines.
  fileprivate var inOneLine: String {
    split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
  }
}
