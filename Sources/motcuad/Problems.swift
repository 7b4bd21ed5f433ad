// What can be wrong with the database before a service has begun, for people.

import Daemon
import Messages
import Postgres
import Store

extension Problem {
  static let mayNotServe = Problem(
    .noPerm, code: "database.denied",
    Localized(
      vi: "Vai trò kết nối không có quyền chạy dịch vụ.", en: "The login may not run services."),
    remedy: Localized(
      vi: "Cấp cho vai trò này quyền của dịch vụ (GRANT …_service); xem docs/operations.md.",
      en: "Grant it the role of services (GRANT …_service); see docs/operations.md."))

  init(connecting error: any Error) {
    switch error {
    case ShopError.notStaff: self = .mayNotServe
    case ShopError.noShop, ShopError.notMigrated:
      self.init(
        .config, code: "schema.old",
        Localized(
          vi: "Cơ sở dữ liệu chưa có (hoặc có bản cũ của) MotCua.",
          en: "The database holds no MotCua yet, or an older one."),
        remedy: Localized(vi: "Chạy: motcua db migrate", en: "Run: motcua db migrate"))
    case ShopError.newerSchema(let found, let expected):
      self.init(
        .config, code: "schema.newer",
        Localized(
          vi: "Cơ sở dữ liệu ở phiên bản \(found), chương trình này chỉ biết tới \(expected).",
          en: "The database is at version \(found); this program knows up to \(expected)."),
        remedy: Localized(vi: "Cài bản motcuad mới hơn.", en: "Install a newer motcuad."))
    case PostgresError.connectFailed(let failure):
      self.init(
        .unavailable, code: "database.unreachable",
        Localized(vi: "Không nối được cơ sở dữ liệu.", en: "The database cannot be reached."),
        remedy: Localized(
          vi: "Kiểm tra database.conninfo: motcuad config", en: "Check database.conninfo: motcuad config"),
        details: [.init("server", failure.message.split(whereSeparator: \.isNewline).joined(separator: " "))])
    case let error as CallTookTooLong:
      self.init(
        .unavailable, code: "database.silent",
        Localized(
          vi: "Cơ sở dữ liệu không trả lời trong thời gian cho phép (\(error.call)).",
          en: "The database did not answer within its time limit (\(error.call))."),
        remedy: Localized(vi: "Xem máy chủ và mạng.", en: "Look at the server and the network."))
    default:
      self.init(
        .software, code: "database",
        Localized(
          vi: "Cơ sở dữ liệu báo lỗi ngoài dự kiến.",
          en: "The database reports an error that was not expected."),
        remedy: Self.lookAtLogs, details: Self.facts(of: error))
    }
  }

  /// Whatever else goes wrong while the program runs.
  init(unexpected error: any Error) {
    self.init(
      .software, code: "unexpected",
      Localized(
        vi: "Chương trình gặp lỗi ngoài dự kiến.", en: "The program met an error that was not expected."),
      remedy: Self.lookAtLogs, details: Self.facts(of: error))
  }

  private static let lookAtLogs = Localized(
    vi: "Xem nhật ký của dịch vụ (journalctl -u motcuad) và của máy chủ PostgreSQL.",
    en: "See the logs of the service (journalctl -u motcuad) and of the PostgreSQL server.")

  /// The error's kind and codes. Its words stand in the server's log.
  private static func facts(of error: any Error) -> [Detail] {
    ErrorFacts.of(error).map { Detail($0.key.rawValue, $0.value) }.sorted { $0.name < $1.name }
  }
}
