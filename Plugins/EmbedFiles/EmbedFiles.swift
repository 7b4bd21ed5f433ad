import Foundation
import PackagePlugin

/// Compiles the text files of `sql/` and `content/` into the target that uses this plugin, so that the
/// program is one file and its SQL is still written, read and reviewed as SQL.
@main
struct EmbedFiles: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let tool = try context.tool(named: "embed-files")
    return ["sql", "content"].map { folder in
      let root = context.package.directoryURL.appending(path: folder)
      let files = Self.textFiles(below: root)
      let name = "Embedded" + folder.prefix(1).uppercased() + folder.dropFirst()
      let output = context.pluginWorkDirectoryURL.appending(path: "\(name).swift")
      return .buildCommand(
        displayName: "Embedding \(folder)/",
        executable: tool.url,
        arguments: [output.path(percentEncoded: false), name, root.path(percentEncoded: false)]
          + files.map { $0.path(percentEncoded: false) },
        inputFiles: files,
        outputFiles: [output])
    }
  }

  private static func textFiles(below root: URL) -> [URL] {
    let kinds: Set = ["sql", "csv", "yaml"]
    let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? [])
      .filter { kinds.contains($0.pathExtension) }
      .sorted { $0.path < $1.path }
  }
}
