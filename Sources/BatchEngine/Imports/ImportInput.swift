internal import BulkFiles
package import PortGroupFiles
import PortGroupModel

/// What an import or a check reads, and how it understands it.
package struct ImportInput: Sendable {
  /// Paths as the user named them, in the order of reading; `-` is standard input.
  package var files: [String]
  package var options: InputOptions

  package init(files: [String], options: InputOptions = InputOptions()) {
    self.files = files
    self.options = options
  }

  /// Whether all files are there and may be read, as far as can be told without reading.
  package var isReadable: Bool { files.allSatisfy { ByteSource.isReadable($0) } }

  /// How the ledger names the input.
  var source: String { files.joined(separator: " ") }

  /// What decides the meaning of the files, as JSON text for the ledger.
  var frozenOptions: String {
    let columns = options.columns.map { "\($0.key)=\($0.value.name)" }.sorted()
    let constants = options.constants.map { "\($0.key.name)=\($0.value)" }.sorted()
    let allowed = options.allowed.map(\.rawValue).sorted()
    return JSONObject([
      "mode": .text(options.mode.rawValue), "column": .list(columns), "set": .list(constants),
      "allow": .list(allowed),
    ]).text
  }
}
