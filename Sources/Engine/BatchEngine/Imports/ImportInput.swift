internal import BulkFiles
package import PortGroupFiles
import PortGroupModel

/// What an import or a check reads, and how it understands it.
package struct ImportInput: Sendable {
  /// Paths as the user named them, in the order of reading; `-` is standard input.
  package var files: [String]
  package var options: InputOptions
  /// Which of the rows are sent.
  package var selection = RowSelection()
  /// Recognizes files of our own.
  package var exports = KnownExports(in: nil)

  package init(files: [String], options: InputOptions = InputOptions()) {
    self.files = files
    self.options = options
  }

  /// Whether all files are there and may be read, as far as that shows without reading.
  package var isReadable: Bool { files.allSatisfy { ByteSource.isReadable($0) } }

  /// How the ledger names the input.
  var source: String { files.joined(separator: " ") }

  /// What decides the meaning of the files, for the books.
  var reading: StoredOptions.Reading {
    StoredOptions.Reading(
      mode: options.mode.rawValue,
      column: options.columns.map { "\($0.key)=\($0.value.name)" }.sorted(),
      set: options.constants.map { "\($0.key.name)=\($0.value)" }.sorted(),
      allow: options.allowed.map(\.rawValue).sorted(),
      onlyGroup: selection.groups.isEmpty ? nil : selection.groups, limit: selection.limit)
  }
}
