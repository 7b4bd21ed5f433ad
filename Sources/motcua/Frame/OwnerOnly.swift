// Commands for the owner of the database alone: others are refused before anything is read or written.

import Messages
import Store
import Terminal

extension Target {
  /// An open shop for what no member of staff may do, whatever their capabilities.
  ///
  /// - Parameter command: as it is typed: `calendar load`.
  /// - Throws: `Problem` (noPerm) for everybody but the owner of the database.
  func openForOwner(_ console: Console, _ command: String) async throws -> Shop {
    let shop = try await openAsOwner(console)
    if try await shop.isOwners() { return shop }
    await shop.close()
    throw Problem(
      .noPerm, code: "database.owner_only",
      Localized(
        vi: "motcua \(command) là việc của chủ sở hữu cơ sở dữ liệu; cán bộ không làm được, kể cả quản trị.",
        en:
          "motcua \(command) is for the owner of the database; staff may not run it, nor may administrators."),
      remedy: staff == nil
        ? Localized(
          vi: "Đăng nhập bằng tài khoản của chủ sở hữu: PGUSER hoặc --database",
          en: "Log in as the owner: PGUSER or --database")
        : Localized(
          vi: "Chủ sở hữu cơ sở dữ liệu bỏ --as: motcua \(command)",
          en: "Whoever owns the database leaves out --as: motcua \(command)"))
  }
}
