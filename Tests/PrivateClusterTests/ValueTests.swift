// The parts that only compute: where the data go, what the server's files say, what the errors say.

import Foundation
import PrivateCluster
import Testing

@Suite struct ValueTests {
  @Test(arguments: [
    (["MOTCUA_HOME": "/srv/mc", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/srv/mc"),
    (["MOTCUA_HOME": "/srv//mc/./", "HOME": "/h"], "/srv/mc"),
    (["MOTCUA_HOME": "", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/x/motcua"),
    (["XDG_DATA_HOME": "relative", "HOME": "/h"], "/h/.local/share/motcua"),
    (["HOME": "/h"], "/h/.local/share/motcua"),
  ])
  func theDataHome(environment: [String: String], path: String) throws {
    #expect(try DataHome.resolve(environment: environment, isRoot: false).path == path)
  }

  @Test func rootsDataAreWhereTheServersAccountCanReachThem() throws {
    #expect(try DataHome.resolve(environment: ["HOME": "/root"], isRoot: true).path == "/var/lib/motcua")
    #expect(try DataHome.resolve(environment: ["MOTCUA_HOME": "/a"], isRoot: true).path == "/a")
  }

  @Test func aRelativeHomeIsMadeAbsolute() throws {
    let here = FileManager.default.currentDirectoryPath
    #expect(try DataHome(path: "a/b").path == "\(here)/a/b")
    #expect(throws: ClusterError.unusablePath("/a\nb")) { try DataHome(path: "/a\nb") }
    #expect(throws: ClusterError.homeUnknown) { try DataHome(path: "") }
  }

  @Test func aSocketFitsUpToTheLimit() {
    let most = "/" + String(repeating: "d", count: 107 - "/.s.PGSQL.5432".count - 1)
    #expect(SocketDirectory.socket(in: most).utf8.count == 107)
    #expect(SocketDirectory.fits(most))
    #expect(!SocketDirectory.fits(most + "d"))
    #expect(!SocketDirectory.fits("/a,b"))
    // The reference value of FNV-1a, 64 bits.
    #expect(SocketDirectory.fingerprint("a") == 0xaf63_dc4c_8601_ec8c)
  }

  @Test func theServersOwnFileIsRead() throws {
    let whole = "4242\n/data\n1543190400\n5432\n/run/mc\n\n  5432001   65538\nready   \n"
    let file = try #require(PostmasterFile(whole))
    #expect(file.pid == 4242 && file.port == 5432 && file.startedAt == 1_543_190_400)
    #expect(file.socketDirectory == "/run/mc" && file.state == .ready)
    #expect(PostmasterFile("4242\n/data\n1543190400\n5432\n")?.state == .starting)
    #expect(PostmasterFile(whole.replacingOccurrences(of: "ready   ", with: "stopping"))?.state == .stopping)
    #expect(PostmasterFile("-17\n/data\n")?.pid == 17)
    #expect(PostmasterFile("") == nil)
    #expect(PostmasterFile("0\n") == nil)
  }

  @Test func theVersionIsReadFromTheProgram() {
    #expect(Binaries.version(in: "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n")?.text == "15.18")
    #expect(Binaries.version(in: "postgres (PostgreSQL) 18beta1\n")?.major == 18)
    #expect(Binaries.version(in: "postgres (PostgreSQL)\n") == nil)
  }

  @Test func theServerIsChosenByTheData() throws {
    func made(_ majors: Int...) -> [Binaries] {
      majors.map { Binaries(directory: "/\($0)", version: "\($0).1", major: $0) }
    }
    #expect(try Binaries.choose(from: made(17, 15), cluster: nil, at: "/pg").major == 17)
    #expect(try Binaries.choose(from: made(17, 15), cluster: 15, at: "/pg").major == 15)
    #expect(throws: ClusterError.noPostgres(found: [])) {
      try Binaries.choose(from: [], cluster: nil, at: "/pg")
    }
    #expect(throws: ClusterError.noPostgres(found: [14, 13])) {
      try Binaries.choose(from: made(14, 13), cluster: nil, at: "/pg")
    }
    #expect(throws: ClusterError.clusterNewer(path: "/pg", cluster: 16, installed: [15])) {
      try Binaries.choose(from: made(15), cluster: 16, at: "/pg")
    }
    #expect(throws: ClusterError.clusterOlder(path: "/pg", cluster: 15, installed: [17])) {
      try Binaries.choose(from: made(17), cluster: 15, at: "/pg")
    }
  }

  @Test(arguments: [
    ClusterError.homeUnknown, .unusablePath("/p\u{7}"), .noPostgres(found: []), .noPostgres(found: [13]),
    .namelessUser(uid: 4711), .noPostgresAccount, .notWritable(path: "/p"),
    .ownedBySomeoneElse(path: "/p", owner: "lan"), .unreachable(path: "/p", account: "postgres"),
    .diskFull(path: "/p"), .readOnly(path: "/p"), .noSocketDirectory(tried: ["/p"]),
    .clusterNewer(path: "/p", cluster: 17, installed: [15]),
    .clusterOlder(path: "/p", cluster: 15, installed: [17]), .notACluster(path: "/p"),
    .inTheWay(path: "/p"), .lockTimedOut(path: "/p", holder: nil, seconds: 9),
    .lockTimedOut(path: "/p", holder: 12, seconds: 9),
    .startTimedOut(pid: 12, seconds: 9), .stopTimedOut(pid: 12, seconds: 9),
    .refusedToStart(path: "/p", log: ["FATAL:  no"]), .creationFailed(path: "/p", log: []),
    .system(action: "open", path: "/p", reason: "Bad"), .cancelled,
  ])
  func everyErrorSpeaksBothLanguages(error: ClusterError) {
    for text in [error.message, error.hint] {
      #expect(text.vi != text.en)
      for words in [text.vi, text.en] {
        #expect(words.count > 10 && !words.contains("\n") && !words.contains("Optional"))
        #expect(words == words.precomposedStringWithCanonicalMapping)
      }
    }
    #expect(error.hint.en.hasSuffix(".") || error.hint.en.hasSuffix(")."))
    #expect((64...78).contains(error.exitStatus))
  }

  @Test func thePersonsPartAndTheMachinesEndDifferently() {
    #expect(ClusterError.notWritable(path: "/p").exitStatus == 77)
    #expect(ClusterError.ownedBySomeoneElse(path: "/p", owner: "lan").exitStatus == 77)
    #expect(ClusterError.inTheWay(path: "/p").exitStatus == 73)
    #expect(ClusterError.diskFull(path: "/p").exitStatus == 74)
    #expect(ClusterError.lockTimedOut(path: "/p", holder: nil, seconds: 9).exitStatus == 75)
    #expect(ClusterError.noPostgres(found: []).exitStatus == 69)
  }
}
