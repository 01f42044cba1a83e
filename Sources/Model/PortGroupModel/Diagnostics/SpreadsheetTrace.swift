/// The trace of a spreadsheet or a word processor in a value; it explains an error better than the rule does.
enum SpreadsheetTrace: Sendable, Equatable {
  /// `#REF!`, `#N/A`, `########`: a formula that failed, or a cell too narrow to be shown.
  case formulaError
  /// `1.01E+09`, `5060.0`: a number as a spreadsheet displays it.
  case number
  /// `05.Jan`, `2026-01-05`: a number or text that a spreadsheet has read as a date.
  case date
  /// A non-breaking or other space that looks like a plain one, or is invisible.
  case hardSpace
  /// “ or ’ in place of " or '.
  case curlyQuote
  /// A GUID whose groups have lost leading zeros; with the most likely original.
  case zerosStripped(ObjectID)

  var code: DiagnosticCode {
    switch self {
    case .formulaError: .spreadsheetError
    case .number: .spreadsheetNumber
    case .date: .spreadsheetDate
    case .hardSpace: .hardSpace
    case .curlyQuote: .curlyQuote
    case .zerosStripped: .zerosStripped
    }
  }

  /// The trace in the value of a column, if there is one.
  static func found(in text: String, of column: Column) -> SpreadsheetTrace? {
    if let trace = inAnyText(text) { return trace }
    guard let field = column.field else {
      return column == .operation || column == .portGroup ? nil : ofNumber(text)
    }
    switch field.rule.kind {
    case .objectID: return ofNumber(text) ?? ofID(text)
    case .integer, .enumeration: return ofNumber(text)
    case .host, .hostV6: return isScientific(text.utf8[...]) ? .number : nil
    case .uri: return nil
    }
  }

  /// False only for a group name without a trace; fast, but also true for some names without one.
  ///
  /// `Err:502` and `Loading...` are accepted as names.
  static func mayBe(inName name: Span<UInt8>) -> Bool {
    !name.isEmpty && (name[0] == UInt8(ascii: "#") || !name.isASCII)
  }

  /// A trace that has the same form in every column.
  static func inAnyText(_ text: String) -> SpreadsheetTrace? {
    if text.utf8.first == UInt8(ascii: "#") || text.hasPrefix("Err:") || text == "Loading...",
      isFormulaError(text)
    {
      return .formulaError
    }
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return nil }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0xA0, 0x2000...0x200D, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF: return .hardSpace
      case 0x2018...0x201F, 0xAB, 0xBB: return .curlyQuote
      default: continue
      }
    }
    return nil
  }

  private static func isFormulaError(_ text: String) -> Bool {
    let errors: Set = [
      "#REF!", "#N/A", "#N/A!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!",
      "#CALC!",
      "#BEZUG!", "#NV", "#WERT!", "#ZAHL!", "#ERROR!", "LOADING...", "#FIELD!", "#BLOCKED!",
    ]
    return errors.contains(text.uppercased())
      || text.utf8.count > 1 && text.utf8.allSatisfy { $0 == UInt8(ascii: "#") }
      // LibreOffice.
      || text.hasPrefix("Err:") && text.utf8.dropFirst(4).allSatisfy(isDigit)
  }

  private static func ofNumber(_ text: String) -> SpreadsheetTrace? {
    if isScientific(text.utf8[...]) || isDecimal(text) { return .number }
    return isDate(text) ? .date : nil
  }

  /// Digits, an optional fraction, `E`, an optional sign and an exponent.
  private static func isScientific(_ text: Substring.UTF8View) -> Bool {
    guard let mark = text.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
      return false
    }
    let mantissa = text[..<mark]
    var exponent = text[text.index(after: mark)...]
    if exponent.first == UInt8(ascii: "+") || exponent.first == UInt8(ascii: "-") {
      exponent = exponent.dropFirst()
    }
    return !mantissa.isEmpty && !exponent.isEmpty && exponent.allSatisfy(isDigit)
      && mantissa.first.map(isDigit) == true
      && mantissa.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
  }

  /// `5060.0`, `5060,00`, `5,060`, `5,060.00`, `="5060"`: whole numbers that are not written with digits only.
  private static func isDecimal(_ text: String) -> Bool {
    if text.hasPrefix("=\""), text.hasSuffix("\"") { return true }
    let parts = text.utf8.split(omittingEmptySubsequences: false) {
      $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",")
    }
    if parts.count == 3, text.utf8.contains(UInt8(ascii: ",")),
      text.utf8.contains(UInt8(ascii: ".")), parts[1].count == 3,
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) })
    {
      return parts[2].allSatisfy { $0 == UInt8(ascii: "0") }
    }
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else {
      return false
    }
    return parts[1].allSatisfy { $0 == UInt8(ascii: "0") } || parts[1].count == 3
  }

  /// Two or three parts separated by `-`, `/` or `.`: numbers, and at most one name of a month.
  private static func isDate(_ text: String) -> Bool {
    // `01. Jan`, `Mai 60`.
    let text = text.replacing(". ", with: ".").replacing(" ", with: ".")
    let parts = text.split(omittingEmptySubsequences: false) { "-/.".contains($0) }
    guard (2...3).contains(parts.count) else { return false }
    let months = parts.count { part in
      part.utf8.count >= 3
        && monthBeginnings.contains(part.prefix(3).lowercased()) && part.allSatisfy(\.isLetter)
    }
    let numbers = parts.count { (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy(isDigit) }
    guard months <= 1, months + numbers == parts.count else { return false }
    return months == 1 || parts.count == 3
  }

  private static let monthBeginnings: Set = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mai",
    "okt",
    "dez",
  ]

  private static func ofID(_ text: String) -> SpreadsheetTrace? {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    // If the last group is short, it is not known whether its first or its last digits are missing.
    guard groups.count == 5, groups[4].utf8.count == 12 else { return nil }
    let padded = zip(groups, [8, 4, 4, 4, 12]).map { group, length in
      String(repeating: "0", count: max(0, length - group.utf8.count)) + group
    }
    return ObjectID(padded.joined(separator: "-")).map { .zerosStripped($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
