// How an input file was written, as the ledger keeps it, so that such a file can be written again.

package import BulkFiles
import FoundationEssentials

/// Format, encoding, line ends, delimiter and headings of an input file.
package struct FileDialect: Sendable, Equatable {
  package var format: BulkFormat
  package var text: TextDialect
  /// Of CSV alone, as they were written.
  package var headings: [String]

  package init(format: BulkFormat, text: TextDialect = TextDialect(), headings: [String] = []) {
    self.format = format
    self.text = text
    self.headings = headings
  }

  /// The form that is kept; each part has its default, so that older books can be read.
  private struct Kept: Codable {
    var format: String
    var encoding: String?
    var mark: Bool?
    var lineEnds: String?
    var delimiter: String?
    /// Of older books: whether there is one.
    var trailing: Bool?
    var trailingFields: Int?
    var headings: [String]?
  }

  /// As JSON text.
  package var json: String {
    let isCSV = format == .csv
    let kept = Kept(
      format: format.rawValue, encoding: text.encoding.name, mark: text.hasByteOrderMark,
      lineEnds: isCSV ? text.lineEnd.name : nil, delimiter: text.delimiter?.name,
      trailingFields: isCSV ? text.trailingFields : nil, headings: isCSV ? headings : nil)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts, truth values and a list of texts can always be written.
    return (try? encoder.encode(kept)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// Reads the JSON text; nil where it is none of ours.
  package init?(json: String) {
    guard let kept = try? JSONDecoder().decode(Kept.self, from: Data(json.utf8)),
      let format = BulkFormat(rawValue: kept.format),
      case let trailing = kept.trailingFields ?? (kept.trailing == true ? 1 : 0),
      // A ledger may come from elsewhere.
      (0...RecordLimits().fields).contains(trailing)
    else { return nil }
    self.format = format
    text = TextDialect(
      encoding: TextEncoding(word: kept.encoding ?? "UTF-8"), hasByteOrderMark: kept.mark ?? false,
      lineEnd: TextDialect.LineEnd.allCases.first { $0.name == kept.lineEnds } ?? .lf,
      delimiter: kept.delimiter.flatMap { Delimiter(word: $0) },
      trailingFields: trailing)
    headings = kept.headings ?? []
  }
}

extension RowReader {
  /// How the file is written; complete for CSV from the start.
  package var fileDialect: FileDialect {
    FileDialect(format: format, text: dialect, headings: headings.map(\.name))
  }
}
