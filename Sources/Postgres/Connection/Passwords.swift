// What a server verifies a password by, made here: the password itself does not travel.

import CLibPQ

extension PostgresConnection {
  /// The SCRAM-SHA-256 verifier of a password, as `ALTER ROLE … PASSWORD` takes it.
  ///
  /// The server stores it as it is; neither its log nor anybody on the way sees the password.
  ///
  /// - Parameters:
  ///   - password: without NUL; prepared by SASLprep as the protocol wants.
  ///   - role: whose it is to be.
  /// - Throws: `PostgresError.misuse` for a password that cannot be one, `.connectionLost`.
  public func scramVerifier(_ password: String, for role: String) throws(PostgresError) -> String {
    try checkOpen()
    guard !password.isEmpty, !password.utf8.contains(0) else {
      throw .misuse("a password has at least one character and no NUL")
    }
    guard let made = PQencryptPasswordConn(wire.pg, password, role, "scram-sha-256") else {
      throw .misuse("the password cannot be encrypted: \(wire.message)")
    }
    defer { PQfreemem(made) }
    return String(cString: made)
  }
}
