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

  /// What a cell says by itself.
  @inline(__always)
  func meaning(of cell: Span<UInt8>) -> CellMeaning {
    guard !cell.isEmpty else { return self == .csv ? .absent : .emptied }
    // Most values tell by their first byte.
    if cell[0] > UInt8(ascii: "%") { return .text }
    return oddMeaning(of: cell)
  }

  private func oddMeaning(of cell: Span<UInt8>) -> CellMeaning {
    switch self {
    case .csv:
      if cell[0] == UInt8(ascii: "%"), cell.count == emptyWord.utf8.count {
        return cell.isEqual(to: emptyWord.utf8.span) ? .emptyWord : .maybeEmptied
      }
      return isBlank(cell) ? .absent : .text
    // An element that was broken over two lines by a pretty printer holds nothing either.
    case .xml: return isBlank(cell) ? .emptied : .text
    case .json: return .text
    }
  }

  private func isBlank(_ cell: Span<UInt8>) -> Bool {
    for index in cell.indices {
      let byte = cell[index]
      guard byte <= 0x20, self == .xml || byte == 0x20 || byte == 0x09 else { return false }
    }
    return true
  }
}

/// What a cell does to its field.
enum CellMeaning {
  /// Leaves it alone.
  case absent
  case emptied
  case text
  /// `%null%`, which empties unless it is the name of a port group.
  case emptyWord
  /// A text of its length, perhaps the word in another case.
  case maybeEmptied
}

/// True for the word that empties a field; a port group may be named like it, and is never emptied.
func isEmptyWord(_ text: String, in column: Column?) -> Bool {
  column != .portGroup && text.utf8.count == emptyWord.utf8.count
    && text.lowercased() == emptyWord
}
