// Writes one Swift file that holds a folder's text files as strings:
//
//     embed-files OUTPUT ENUM-NAME ROOT FILE...
//
// Each FILE becomes an entry of `ENUM-NAME.files`, keyed by its path below ROOT.

import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 4 else {
  FileHandle.standardError.write(Data("usage: embed-files OUTPUT ENUM ROOT FILE...\n".utf8))
  exit(64)
}
let root = arguments[3].hasSuffix("/") ? arguments[3] : arguments[3] + "/"
var text = "// Generated from the repository's own files: edit those.\n"
text += "package enum \(arguments[2]) {\n  package static let files: [String: String] = [\n"
for path in arguments.dropFirst(4).sorted() {
  let content = try String(contentsOfFile: path, encoding: .utf8)
  let name = path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
  // As many # as no run in the file can close; the text is kept byte for byte.
  var fence = "#"
  while content.contains("\"\"\"" + fence) || content.contains("\\" + fence) { fence += "#" }
  text += "    \(fence)\"\(name)\"\(fence): \(fence)\"\"\"\n\(content)\n\"\"\"\(fence),\n"
}
text += "  ]\n}\n"
try text.write(toFile: arguments[1], atomically: true, encoding: .utf8)
