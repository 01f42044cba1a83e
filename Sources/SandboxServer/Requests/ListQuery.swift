// The `query`, `sort` and paging parameters of a list request.

import SQLiteStore

/// Which objects of a list are wanted, in which order, and which page of them.
///
/// Source: reference CUPI.md §3.4. Columns are named in any case; a query has up to five clauses; with both
/// parameters the sort must be on a queried column; either paging number as 0 asks for the count alone.
struct ListQuery: Equatable {
  static let clauseLimit = 5

  /// An SQL condition with its values, from `?1` on; no condition keeps all.
  var condition = "1"
  var values: [SQLValue] = []
  /// An SQL ordering; by default objects come in the order of their creation.
  var order = "ordinal"
  var pageNumber = 1
  var rowsPerPage: Int

  var countsOnly: Bool { pageNumber == 0 || rowsPerPage == 0 }

  /// How many objects stand before the page; beyond every list where the numbers are huge.
  var offset: Int {
    let (rows, overflow) = max(0, pageNumber - 1).multipliedReportingOverflow(by: rowsPerPage)
    return overflow ? Int.max : rows
  }

  /// Reads the parameters of a request.
  ///
  /// - Parameters:
  ///   - parameters: decoded, by name in lower case.
  ///   - columns: the SQL expression of each column that may be queried, by name in lower case.
  ///   - pageSize: the rows on a page where the request names no number.
  /// - Throws: 400 for a parameter that cannot be understood or names another column.
  init(
    _ parameters: [String: String], columns: [String: String], pageSize: Int
  ) throws(Refusal) {
    pageNumber = try Self.number("pageNumber", parameters) ?? 1
    rowsPerPage = try Self.number("rowsPerPage", parameters) ?? pageSize
    var queried: Set<String> = []
    if let query = parameters["query"] {
      let clauses = Self.clauses(try Self.inner("query", query))
      guard clauses.count <= Self.clauseLimit else {
        throw Self.refusal("query", query, "it may have \(Self.clauseLimit) clauses")
      }
      var conditions: [String] = []
      for clause in clauses {
        conditions.append(try add(clause, of: query, columns, &queried))
      }
      condition = conditions.joined(separator: " AND ")
    }
    if let sort = parameters["sort"] {
      let words = try Self.words("sort", sort, in: Self.inner("sort", sort), parts: 2)
      let column = try Self.column(words[0], columns)
      guard queried.isEmpty || queried.contains(column) else {
        throw Self.refusal("sort", sort, "with a query, the sort must be on the queried column")
      }
      switch words[1].lowercased() {
      case "asc": order = "\(column) COLLATE NOCASE ASC, ordinal"
      case "desc": order = "\(column) COLLATE NOCASE DESC, ordinal"
      default: throw Self.refusal("sort", sort, "write it as (column asc) or (column desc)")
      }
    }
  }

  /// The SQL condition of one clause; its values are added.
  private mutating func add(
    _ clause: String, of query: String, _ columns: [String: String], _ queried: inout Set<String>
  ) throws(Refusal) -> String {
    let words = try Self.words("query", query, in: clause, parts: 3)
    let column = try Self.column(words[0], columns)
    queried.insert(column)
    switch words[1].lowercased() {
    case "is":
      values.append(.text(words[2]))
      return "\(column) = ?\(values.count) COLLATE NOCASE"
    case "startswith":
      values.append(.text(words[2]))
      let place = "?\(values.count)"
      return "substr(\(column), 1, length(\(place))) = \(place) COLLATE NOCASE"
    default:
      throw Self.refusal(
        "query", query, "write it as (column is value) or (column startswith value)")
    }
  }

  /// The clauses between the `&`s; an `&` that no clause follows belongs to the value before it.
  private static func clauses(_ text: String) -> [String] {
    var clauses: [String] = []
    for part in text.unicodeScalars.split(separator: "&", omittingEmptySubsequences: false) {
      let words = part.split(separator: " ", maxSplits: 2).map { String($0) }
      let begins = words.count > 1 && ["is", "startswith"].contains(words[1].lowercased())
      if begins || clauses.isEmpty {
        clauses.append(String(part))
      } else {
        clauses[clauses.count - 1] += "&" + String(part)
      }
    }
    return clauses
  }

  /// What stands between the outer parentheses.
  private static func inner(_ name: String, _ text: String) throws(Refusal) -> String {
    let trimmed = text.unicodeScalars.drop { $0 == " " }
    guard trimmed.first == "(", let end = trimmed.lastIndex(of: ")"),
      trimmed[trimmed.index(after: end)...].allSatisfy({ $0 == " " })
    else { throw refusal(name, text, "it must be in parentheses") }
    return String(trimmed[trimmed.index(after: trimmed.startIndex)..<end])
  }

  /// The words of a clause; the last takes all that is left, spaces and all.
  private static func words(
    _ name: String, _ text: String, in clause: String, parts: Int
  ) throws(Refusal) -> [String] {
    let inner = clause.unicodeScalars.drop { $0 == " " }
    var words = inner.split(separator: " ", maxSplits: parts - 1).map { String($0) }
    // A query for the empty value ends after the word before it.
    if parts == 3, words.count == 2 { words.append("") }
    guard words.count == parts else { throw refusal(name, text, "it needs \(parts) words") }
    if parts == 2 { words[1].unicodeScalars.removeAll { $0 == " " } }
    return words
  }

  private static func column(
    _ name: String, _ columns: [String: String]
  ) throws(Refusal) -> String {
    if let column = columns[name.lowercased()] { return column }
    throw Refusal(
      400, .invalidParameter, "\(printable(name)) is not a column that can be queried or sorted by")
  }

  private static func number(
    _ name: String, _ parameters: [String: String]
  ) throws(Refusal) -> Int? {
    guard let text = parameters[name.lowercased()] else { return nil }
    guard let number = decimal(text) else {
      throw refusal(name, text, "it must be a whole number from 0")
    }
    return number
  }

  private static func refusal(_ name: String, _ value: String, _ rule: String) -> Refusal {
    Refusal(400, .invalidParameter, "\(name) is '\(printable(value))'; \(rule)")
  }
}
