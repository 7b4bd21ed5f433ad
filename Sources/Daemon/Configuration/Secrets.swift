// Connection strings as they may be shown: without the password.

package enum Secrets {
  /// `password=…` of a keyword string, and what stands between `:` and `@` of a URI, become `***`.
  package static func masked(_ conninfo: String) -> String {
    var text = conninfo.replacing(
      /(?<key>\b(?:password|sslpassword)\s*=\s*)(?:'(?:[^'\\]|\\.)*'?|[^\s&'][^\s&]*)/
        .ignoresCase()
    ) {
      "\($0.output.key)***"
    }
    text = text.replacing(/(?<start>:\/\/[^:@\/?]*):(?<secret>[^@\/]*)@/) { "\($0.output.start):***@" }
    return text
  }
}
