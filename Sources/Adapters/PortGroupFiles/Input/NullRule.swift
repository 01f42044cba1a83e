// When a cell leaves a field unchanged, and when it empties it: one rule for each format.

import BulkFiles
import PortGroupModel
import XMLStreams

extension BulkFormat {
  /// True if no file of this format can contain the text: NUL, and for XML all but the `Char` of XML 1.0.
  func cannotHold(_ text: String) -> Bool {
    guard self == .xml else { return text.utf8.contains(0) }
    do throws(XMLWriterError) {
      try checkXMLText(text)
      return false
    } catch {
      return true
    }
  }

  /// True if a text, read back from this format, would be a cell without a value.
  func holdsNothing(_ text: String) -> Bool {
    switch self {
    case .csv:
      text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } || text.lowercased() == emptyWord
    case .xml: text.utf8.allSatisfy { $0 <= 0x20 }
    case .json: text.isEmpty
    }
  }

  /// What the text of a cell means without regard to its column.
  @inline(__always)
  func meaning(of cell: Span<UInt8>) -> CellMeaning {
    guard !cell.isEmpty else {
      if case .csv = self { return .absent }
      return .emptied
    }
    // The first byte decides for most values.
    if cell[0] > UInt8(ascii: "%") { return .text }
    return rareMeaning(of: cell)
  }

  private func rareMeaning(of cell: Span<UInt8>) -> CellMeaning {
    switch self {
    case .csv:
      if isEmptyWord(cell) { return .emptyWord }
      return isBlank(cell) ? .absent : .text
    // An element that a pretty printer broke over two lines is empty too.
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

/// The effect of a cell on its field.
enum CellMeaning {
  /// The field stays unchanged.
  case absent
  case emptied
  case text
  /// `%null%`, which empties a field unless it is the name of a port group.
  case emptyWord
}

/// True for the word that empties a field; a port group can have this name, and is never emptied.
func isEmptyWord(_ cell: Span<UInt8>, in column: Column?) -> Bool {
  column != .portGroup && isEmptyWord(cell)
}

/// True for `%null%` in any case.
private func isEmptyWord(_ cell: Span<UInt8>) -> Bool {
  let sign = UInt8(ascii: "%")
  return cell.count == 6 && cell[0] == sign && cell[5] == sign
    && cell.extracting(1..<5).spells("null")
}
