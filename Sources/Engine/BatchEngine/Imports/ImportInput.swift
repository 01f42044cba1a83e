internal import BulkFiles
package import PortGroupFiles
import PortGroupModel

/// The files of an import or a check, and how they are read.
package struct ImportInput: Sendable {
  /// Paths as the user named them, in the order of reading; `-` is standard input.
  package var files: [String]
  package var options: InputOptions
  /// Which rows are sent.
  package var selection = RowSelection()
  /// Recognizes files of earlier exports.
  package var exports = KnownExports(in: nil)

  package init(files: [String], options: InputOptions = InputOptions()) {
    self.files = files
    self.options = options
  }

  /// Whether all files exist and have read permission; they are not opened.
  package var isReadable: Bool { files.allSatisfy { ByteSource.isReadable($0) } }

  /// The input's name in the ledger.
  var source: String { files.joined(separator: " ") }

  /// The options that affect how the files are read, for the ledger.
  var reading: StoredOptions.Reading {
    StoredOptions.Reading(
      mode: options.mode.rawValue,
      column: options.columns.map { "\($0.key)=\($0.value.name)" }.sorted(),
      set: options.constants.map { "\($0.key.name)=\($0.value)" }.sorted(),
      allow: options.allowed.map(\.rawValue).sorted(),
      onlyGroup: selection.groups.isEmpty ? nil : selection.groups, limit: selection.limit)
  }
}
