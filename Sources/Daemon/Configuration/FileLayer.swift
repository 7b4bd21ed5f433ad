// The configuration file: YAML, every key of which must be known.

import Configuration
import Messages
import Yams

enum FileLayer {
  /// The file as a layer; nil where it cannot be read, which is a fault.
  static func layer(
    _ path: String, _ text: String, _ known: [String: any AnySetting], _ faults: inout Faults
  ) -> ConfigurationLayer? {
    let whole = ConfigurationSource.file(path, line: nil)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      faults.add(
        whole, Localized(vi: "không phải YAML: \(Self.words(error))", en: "not YAML: \(Self.words(error))"))
      return nil
    }
    // An empty file, or one of comments alone, says nothing.
    guard let root, root.null == nil else { return nil }
    guard let mapping = root.mapping else {
      faults.add(
        whole, Localized(vi: "phải gồm các mục “tên: giá trị”", en: "must be of entries “name: value”"))
      return nil
    }
    var lines: [String: Int] = [:]
    collect(mapping, [], path, known, &lines, &faults)
    do {
      let snapshot = try YAMLSnapshot(
        data: Array(text.utf8).span.bytes, providerName: path, parsingOptions: .default)
      return ConfigurationLayer(
        look: { try snapshot.value(forKey: $0, type: .string) },
        source: { [lines] in .file(path, line: lines[$0]) })
    } catch {
      faults.add(whole, Localized(vi: "không đọc được: \(error)", en: "cannot be read: \(error)"))
      return nil
    }
  }

  /// Notes the line of each key, and each key that is not known.
  private static func collect(
    _ mapping: Node.Mapping, _ above: [String], _ path: String, _ known: [String: any AnySetting],
    _ lines: inout [String: Int], _ faults: inout Faults
  ) {
    for (name, value) in mapping {
      let key = (above + [name.string ?? "?"]).joined(separator: ".")
      lines[key] = name.mark?.line
      if let below = value.mapping, known[key] == nil, known.keys.contains(where: { $0.hasPrefix(key + ".") })
      {
        collect(below, above + [name.string ?? "?"], path, known, &lines, &faults)
      } else if known[key] == nil {
        faults.unknown(.file(path, line: name.mark?.line), key, among: known.keys)
      }
    }
  }

  private static func words(_ error: any Error) -> String {
    let text = (error as? YamlError).map { "\($0)" } ?? "\(error)"
    return text.split(whereSeparator: \.isNewline).prefix(1).joined()
  }
}
