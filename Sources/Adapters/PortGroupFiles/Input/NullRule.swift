// When a cell leaves a field unchanged, and when it empties it, by the rule of the file's format.

import BulkFiles
import PortGroupModel

extension NullRule {
  /// True if a text, read back from a format with this rule, would be a cell without a value.
  func holdsNothing(_ text: String) -> Bool {
    switch self {
    case .blankLeaves:
      text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } || text.lowercased() == emptyWord
    case .blankEmpties: text.utf8.allSatisfy { $0 <= 0x20 }
    case .emptyEmpties: text.isEmpty
    }
  }

  /// The meaning of a cell's text, independent of its column.
  @inline(__always)
  func meaning(of cell: Span<UInt8>) -> CellMeaning {
    guard !cell.isEmpty else {
      if case .blankLeaves = self { return .absent }
      return .emptied
    }
    // The first byte decides for most values.
    if cell[0] > UInt8(ascii: "%") { return .text }
    return rareMeaning(of: cell)
  }

  private func rareMeaning(of cell: Span<UInt8>) -> CellMeaning {
    switch self {
    case .blankLeaves:
      if isEmptyWord(cell) { return .emptyWord }
      return isBlank(cell) ? .absent : .text
    // An element that a formatter broke over two lines is also empty.
    case .blankEmpties: return isBlank(cell) ? .emptied : .text
    case .emptyEmpties: return .text
    }
  }

  private func isBlank(_ cell: Span<UInt8>) -> Bool {
    for index in cell.indices {
      let byte = cell[index]
      guard byte <= 0x20, self == .blankEmpties || byte == 0x20 || byte == 0x09 else {
        return false
      }
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

/// True for the word that empties a field; in the column of the port group it is a name.
func isEmptyWord(_ cell: Span<UInt8>, in column: Column?) -> Bool {
  column != .portGroup && isEmptyWord(cell)
}

/// True for `%null%` in any case.
private func isEmptyWord(_ cell: Span<UInt8>) -> Bool {
  let sign = UInt8(ascii: "%")
  return cell.count == 6 && cell[0] == sign && cell[5] == sign
    && cell.extracting(1..<5).spells("null")
}
