// When a cell leaves a field alone, and when it empties it: one rule for each format.

import BulkFiles
import PortGroupModel

extension BulkFormat {
  /// True where a text, read back from this format, would be taken for a cell that holds nothing.
  func holdsNothing(_ text: String) -> Bool {
    switch self {
    case .csv:
      text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } || text.lowercased() == emptyWord
    case .xml: text.utf8.allSatisfy { $0 <= 0x20 }
    case .json: text.isEmpty
    }
  }
}
