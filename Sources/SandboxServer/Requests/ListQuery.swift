import SQLStores

/// Which objects of a list are requested, in which order, and which page of them.
///
/// Source: reference CUPI.md §3.4. Column names are case-insensitive. A query has up to five clauses. If both
/// parameters are sent, the sort column must be in the query. If a paging number is 0, only the count is returned.
struct ListQuery: Equatable {
  static let clauseLimit = 5

  /// The SQL condition with its values, from `?1` on; the default selects all objects.
  var condition = "1"
  var values: [SQLValue] = []
  /// The SQL ordering; the default is the order of creation.
  var order = "ordinal"
  var pageNumber = 1
  var rowsPerPage: Int

  var countsOnly: Bool { pageNumber == 0 || rowsPerPage == 0 }

  /// The number of objects before the page; `Int.max` if the product overflows.
  var offset: Int {
    let (rows, overflow) = max(0, pageNumber - 1).multipliedReportingOverflow(by: rowsPerPage)
    return overflow ? Int.max : rows
  }

  /// Parses the parameters of a request.
  ///
  /// - Parameters:
  ///   - parameters: The decoded query parameters; keys are names in lower case.
  ///   - columns: The SQL expression of each column that can be queried; keys are names in lower case.
  ///   - pageSize: The number of rows on a page if the request does not set one.
  /// - Throws: A refusal with status 400 for a malformed parameter or an unknown column.
  init(
    _ parameters: [String: String], columns: [String: String], pageSize: Int
  ) throws(RequestRefusal) {
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

  /// The SQL condition for one clause; its values are appended to `values`.
  private mutating func add(
    _ clause: String, of query: String, _ columns: [String: String], _ queried: inout Set<String>
  ) throws(RequestRefusal) -> String {
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

  /// Splits a query into clauses at each `&`; an `&` that is not followed by a clause is part of the value.
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

  /// The text between the outer parentheses.
  private static func inner(_ name: String, _ text: String) throws(RequestRefusal) -> String {
    let trimmed = text.unicodeScalars.drop { $0 == " " }
    guard trimmed.first == "(", let end = trimmed.lastIndex(of: ")"),
      trimmed[trimmed.index(after: end)...].allSatisfy({ $0 == " " })
    else { throw refusal(name, text, "it must be in parentheses") }
    return String(trimmed[trimmed.index(after: trimmed.startIndex)..<end])
  }

  /// The words of a clause; the last word is the rest of the clause, including spaces.
  private static func words(
    _ name: String, _ text: String, in clause: String, parts: Int
  ) throws(RequestRefusal) -> [String] {
    let inner = clause.unicodeScalars.drop { $0 == " " }
    var words = inner.split(separator: " ", maxSplits: parts - 1).map { String($0) }
    // In a query for the empty value, the third word is missing.
    if parts == 3, words.count == 2 { words.append("") }
    guard words.count == parts else { throw refusal(name, text, "it needs \(parts) words") }
    if parts == 2 { words[1].unicodeScalars.removeAll { $0 == " " } }
    return words
  }

  private static func column(
    _ name: String, _ columns: [String: String]
  ) throws(RequestRefusal) -> String {
    if let column = columns[name.lowercased()] { return column }
    throw RequestRefusal(
      400, .invalidParameter, "\(printable(name)) is not a column that can be queried or sorted by")
  }

  private static func number(
    _ name: String, _ parameters: [String: String]
  ) throws(RequestRefusal) -> Int? {
    guard let text = parameters[name.lowercased()] else { return nil }
    guard let number = decimal(text) else {
      throw refusal(name, text, "it must be a whole number from 0")
    }
    return number
  }

  private static func refusal(_ name: String, _ value: String, _ rule: String) -> RequestRefusal {
    RequestRefusal(400, .invalidParameter, "\(name) is '\(printable(value))'; \(rule)")
  }
}
