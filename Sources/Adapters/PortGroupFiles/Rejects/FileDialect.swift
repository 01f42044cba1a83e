package import BulkFiles
import FoundationEssentials

/// The format, text dialect and headings of an input file, stored in the ledger to write a similar file.
package struct FileDialect: Sendable, Equatable {
  package var format: BulkFormat
  package var text: TextDialect
  /// The headings as written; of a table only.
  package var headings: [String]

  package init(format: BulkFormat, text: TextDialect = TextDialect(), headings: [String] = []) {
    self.format = format
    self.text = text
    self.headings = headings
  }

  /// The stored form; each part has a default value, because older ledgers do not have all parts.
  private struct StoredForm: Codable {
    var format: String
    var encoding: String?
    var mark: Bool?
    var lineEnds: String?
    var delimiter: String?
    /// Only in older ledgers: whether there is one trailing field.
    var trailing: Bool?
    var trailingFields: Int?
    var headings: [String]?
  }

  /// The dialect as JSON text.
  package var json: String {
    let isTable = format.isTable
    let stored = StoredForm(
      format: format.rawValue, encoding: text.encoding.name, mark: text.hasByteOrderMark,
      lineEnds: isTable ? text.lineEnd.name : nil, delimiter: text.delimiter?.name,
      trailingFields: isTable ? text.trailingFields : nil, headings: isTable ? headings : nil)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings, Booleans and an array of strings can always be encoded.
    return (try? encoder.encode(stored)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// Reads the JSON text; `nil` if it is invalid.
  package init?(json: String) {
    guard let stored = try? JSONDecoder().decode(StoredForm.self, from: Data(json.utf8)),
      let format = BulkFormat(rawValue: stored.format),
      case let trailing = stored.trailingFields ?? (stored.trailing == true ? 1 : 0),
      // A ledger may come from an untrusted source.
      (0...RecordLimits().fields).contains(trailing)
    else { return nil }
    self.format = format
    text = TextDialect(
      encoding: TextEncoding(word: stored.encoding ?? "UTF-8"),
      hasByteOrderMark: stored.mark ?? false,
      lineEnd: TextDialect.LineEnd.allCases.first { $0.name == stored.lineEnds } ?? .lf,
      delimiter: stored.delimiter.flatMap { Delimiter(word: $0) },
      trailingFields: trailing)
    headings = stored.headings ?? []
  }
}

extension RowReader {
  /// The file's dialect; for CSV it is complete before the first row.
  package var fileDialect: FileDialect {
    FileDialect(format: format, text: dialect, headings: headings.map(\.name))
  }
}
