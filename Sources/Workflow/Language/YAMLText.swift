// From the text of a file to a tree of YAML nodes, with limits that no input can get around.

import Yams

/// Reads one YAML document. The language uses mappings, lists and scalars only: no anchors, aliases, merge
/// keys, tags or second documents.
enum YAMLText {
  /// In bytes. The longest definition of the catalogue is a tenth of it.
  static let largest = 256 * 1024

  /// The root, or nil with the reason in the log.
  static func root(of text: String, file: String, log: FaultLog) -> Node? {
    // A byte order mark, as some editors write it.
    let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    let top = Place(file: file, line: 1, column: 1)
    guard text.utf8.count <= largest else {
      log.add(
        top, "tệp lớn hơn \(largest / 1024) KiB", "the file is larger than \(largest / 1024) KiB",
        remedy: Label(vi: "một tệp mô tả một thủ tục", en: "a file describes one procedure"))
      return nil
    }
    if let place = anchor(in: text, file: file) {
      log.add(
        place, "không dùng neo (&tên) và bí danh (*tên)", "anchors (&name) and aliases (*name) are refused",
        remedy: Label(
          vi: "viết lại giá trị; trong văn bản, để khoảng trắng sau &",
          en: "write the value again; in a text, put a space after &"))
      return nil
    }
    do {
      // Short strings live inside the value itself, where the C parser must not keep a pointer to.
      let padded = text.utf8.count < 64 ? text + "\n" + String(repeating: " ", count: 64) : text
      guard let node = try Yams.compose(yaml: padded, Resolver.basic) else {
        log.add(top, "tệp trống", "the file is empty")
        return nil
      }
      return node
    } catch let error as YamlError {
      log.add(error, in: text, file: file)
    } catch {
      log.add(top, "không đọc được: \(error)", "cannot be read: \(error)")
    }
    return nil
  }

  /// Where an anchor may begin: `&` before a name and after no letter. Without anchors no alias resolves, and
  /// no tree is larger or deeper than its text.
  private static func anchor(in text: String, file: String) -> Place? {
    var line = 1
    var column = 0
    var previous: UInt8 = 10
    var waiting = false
    for byte in text.utf8 {
      if waiting, isName(byte) { return Place(file: file, line: line, column: column) }
      if byte & 0xC0 != 0x80 { column += 1 }
      waiting = byte == UInt8(ascii: "&") && !isName(previous)
      if byte == 10 {
        line += 1
        column = 0
      }
      previous = byte
    }
    return nil
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
