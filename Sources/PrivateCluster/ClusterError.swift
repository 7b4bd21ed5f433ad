// What can go wrong with the private cluster: one case for each thing that a person can act on.

import Glibc

/// An error of the private cluster. `message` says in one sentence what happened and where; `hint` says what
/// to do next. Both exist in Vietnamese and English (`ClusterError+Text.swift`).
package enum ClusterError: Error, Sendable, Equatable {
  /// Neither MOTCUA_HOME nor HOME says where the data should live.
  case homeUnknown
  /// The path of the data directory holds a control character, which PostgreSQL's own files cannot carry.
  case unusablePath(String)
  /// No PostgreSQL of a usable version is installed; `found` lists the major versions that are too old.
  case noPostgres(found: [Int])
  /// The process runs under a user number that has no name; PostgreSQL needs one.
  case namelessUser(uid: UInt32)
  /// Root needs the account `postgres` to run the server, and it does not exist.
  case noPostgresAccount
  /// The current user may not write there.
  case notWritable(path: String)
  /// The data belong to another user.
  case ownedBySomeoneElse(path: String, owner: String)
  /// Root starts the server as `account`, and that account cannot enter the directory.
  case unreachable(path: String, account: String)
  case diskFull(path: String)
  case readOnly(path: String)
  /// No directory for the socket is short enough (the kernel allows 107 bytes) and safe.
  case noSocketDirectory(tried: [String])
  /// The data were written by a newer major version than any installed.
  case clusterNewer(path: String, cluster: Int, installed: [Int])
  /// The data were written by an older major version that is no longer installed.
  case clusterOlder(path: String, cluster: Int, installed: [Int])
  /// A file stands where a directory is wanted.
  case inTheWay(path: String)
  /// Something else stands where the cluster should be.
  case notACluster(path: String)
  /// Another process has been starting or stopping the cluster for too long.
  case lockTimedOut(path: String, holder: Int32?, seconds: Int)
  /// The server runs, but did not become ready in time (it may be recovering).
  case startTimedOut(pid: Int32, seconds: Int)
  case stopTimedOut(pid: Int32, seconds: Int)
  /// The server ended at once; `log` holds the last lines that it wrote.
  case refusedToStart(path: String, log: [String])
  /// The cluster could not be created; `log` holds the last lines of initdb.
  case creationFailed(path: String, log: [String])
  /// Any other refusal of the operating system.
  case system(action: String, path: String, reason: String)
  case cancelled
}

extension ClusterError {
  /// How a program ends that cannot go on for it, by sysexits.h.
  package var exitStatus: Int32 {
    switch self {
    case .noPostgres, .refusedToStart: 69  // EX_UNAVAILABLE
    case .namelessUser, .noPostgresAccount: 67  // EX_NOUSER
    case .readOnly, .inTheWay, .notACluster, .noSocketDirectory, .creationFailed: 73  // EX_CANTCREAT
    case .diskFull, .system: 74  // EX_IOERR
    case .lockTimedOut, .startTimedOut, .stopTimedOut, .cancelled: 75  // EX_TEMPFAIL
    case .notWritable, .ownedBySomeoneElse, .unreachable: 77  // EX_NOPERM
    case .homeUnknown, .unusablePath, .clusterNewer, .clusterOlder: 78  // EX_CONFIG
    }
  }

  /// The error for a failed system call on `path`.
  static func posix(_ code: Int32, _ action: String, _ path: String) -> ClusterError {
    switch code {
    case ENOSPC, EDQUOT: .diskFull(path: path)
    case EROFS: .readOnly(path: path)
    case EACCES, EPERM: .notWritable(path: path)
    case ENOTDIR, EEXIST: .inTheWay(path: path)
    default: .system(action: action, path: path, reason: String(cString: strerror(code)))
    }
  }

  /// Recognises in a tool's own words (LC_ALL=C) the causes that have a case of their own.
  static func cause(in log: [String], path: String) -> ClusterError? {
    for line in log.reversed() {
      // The last two are what the server says where a write was cut short.
      let words = ["No space left on device", "Disk quota exceeded", "Check free disk space", ": wrote only "]
      if words.contains(where: line.contains) {
        return .diskFull(path: path)
      }
      if line.contains("Read-only file system") { return .readOnly(path: path) }
      if line.contains("Permission denied") { return .notWritable(path: path) }
    }
    return nil
  }
}
