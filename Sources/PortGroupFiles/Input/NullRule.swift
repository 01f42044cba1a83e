// When a cell leaves a field alone, and when it empties it: one rule for each format.

import BulkFiles
import PortGroupModel
import XMLStreams

extension BulkFormat {
  /// True where no file of this format can hold the text: NUL, and for XML what is no `Char` of XML 1.0.
  func cannotHold(_ text: String) -> Bool {
    guard self == .xml else { return text.utf8.contains(0) }
    do throws(XMLWriterError) {
      try checkXMLText(text)
      return false
    } catch {
      return true
    }
  }

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
