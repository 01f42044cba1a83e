// Which column each heading, element or key stands for, and what is wrong with a heading line.

import BulkFiles
import PortGroupModel

/// Names met in a file, and the columns that they mean.
struct ColumnMap {
  /// By the index of the name; nil where nothing is meant by it.
  private(set) var columns: [Column?] = []
  /// By the index of the name: the same without anything that must be looked up.
  private(set) var uses: [Use] = []
  private let foreign: [String: Column]

  /// What a cell under a name is for.
  struct Use {
    /// One bit for each column, to see at once which ones a record has; 0 where nothing is meant.
    let bit: UInt64
    let isIgnored: Bool
    let plain: PlainColumn
  }

  init(_ options: InputOptions) {
    foreign = Dictionary(
      options.columns.map { (ColumnMap.folded($0.key), $0.value) }, uniquingKeysWith: { $1 })
  }

  /// Takes the names that have been met since the last call.
  mutating func learn(_ names: [String]) {
    while columns.count < names.count {
      let name = names[columns.count]
      // `*=Junk` skips whatever names no field.
      let column = foreign[ColumnMap.folded(name)] ?? Column.named(name) ?? foreign["*"]
      columns.append(column)
      uses.append(
        Use(
          bit: column.map(ColumnMap.bit) ?? 0, isIgnored: column == .ignored,
          plain: PlainColumn(column ?? .ignored)))
    }
  }

  /// The bit of a column; there are far fewer than 64.
  static func bit(_ column: Column) -> UInt64 {
    Column.all.firstIndex(of: column).map { 1 << UInt64($0) } ?? 0
  }

  /// All that is wrong with the heading line of a CSV file; `forRows` also what rows need and is not there.
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
        // To look for what was meant takes its time: of thousands, nobody reads it.
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
    // Of headings that are nearly right, each is reported by itself.
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

  /// True for headings of which half at least are near to a known one.
  private func areNearlyRight(_ names: [String]) -> Bool {
    let near = names.prefix(20).count { Column.suggestion(for: $0) != nil }
    return near * 2 >= min(names.count, 20)
  }

  private static func folded(_ name: String) -> String {
    name.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
  }
}
