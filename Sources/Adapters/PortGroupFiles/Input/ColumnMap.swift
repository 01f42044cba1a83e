import BulkFiles
import PortGroupModel

/// The names in a file, the columns that they mean, and what is wrong with a heading line.
struct ColumnMap {
  /// By the index of the name; `nil` for an unknown name.
  private(set) var columns: [Column?] = []
  /// By the index of the name: the checks of these columns.
  private(set) var checks: [CellCheck?] = []
  private let foreign: [String: Column]

  init(_ options: InputOptions) {
    foreign = Dictionary(
      options.columns.map { (ColumnMap.folded($0.key), $0.value) }, uniquingKeysWith: { $1 })
  }

  /// Adds the names that were found since the last call.
  mutating func learn(_ names: [String]) {
    while columns.count < names.count {
      let name = names[columns.count]
      // `*=Junk` skips all unknown names.
      let column = foreign[ColumnMap.folded(name)] ?? Column.named(name) ?? foreign["*"]
      columns.append(column)
      checks.append(column.map(CellCheck.init))
    }
  }

  /// All faults of the heading line of a CSV file; with `forRows` also missing columns that rows need.
  func checkHeadings(
    _ names: [String], places: [(line: Int, column: Int)], file: String,
    constants: [Column: String],
    forRows: Bool = true
  ) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var first: [Column: Int] = [:]
    for (index, column) in columns.enumerated() {
      let place = Place(
        file: file, line: places[index].line, column: places[index].column, field: names[index],
        value: names[index])
      guard let column else {
        // Finding a suggestion takes time, and thousands of them are not useful.
        found.append(
          FileComplaint.unknownHeading(names[index], at: place, suggests: found.count < 20))
        continue
      }
      if column == .ignored { continue }
      if let earlier = first.updateValue(index, forKey: column) {
        found.append(
          FileComplaint.duplicateHeading(names[index], column, names[earlier], at: place))
      }
    }
    let line = places.first?.line ?? 1
    // If headings are nearly correct, each wrong one is reported.
    if first.isEmpty, !found.isEmpty, !areNearlyRight(names) {
      return [FileComplaint.noHeadings(at: Place(file: file, line: line))]
    }
    guard forRows else { return found }
    let given = Set(first.keys).union(constants.keys)
    func lacks(_ wanted: Column...) -> Bool { given.isDisjoint(with: wanted) }
    if lacks(.portGroup, .field(.groupObjectID)) {
      found.append(FileComplaint.missingGroupHeading(at: Place(file: file, line: line)))
    }
    let finders = [Column.field(.objectID)] + Field.matchable.map(Column.match)
    if lacks(.field(.service)), given.isDisjoint(with: finders) {
      found.append(FileComplaint.missingServiceHeading(at: Place(file: file, line: line)))
    }
    return found
  }

  /// True if at least half of the headings are similar to a known one.
  private func areNearlyRight(_ names: [String]) -> Bool {
    let near = names.prefix(20).count { Column.suggestion(for: $0) != nil }
    return near * 2 >= min(names.count, 20)
  }

  private static func folded(_ name: String) -> String {
    name.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
  }
}
