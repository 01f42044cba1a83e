import PortGroupModel

/// Collects the changes of port groups, and puts equal changes of several groups together.
///
/// The number of different lines that it holds is limited; for an equal line it holds the number of the group.
struct PlanFolding {
  /// Lines that all these port groups have.
  struct Section: Equatable {
    var groups: [ObjectID]
    var lines: [DiffLine]
  }

  /// A line of a group; if a group has a line twice, the second one is another line.
  ///
  /// Lines are compared by their bytes, because equal texts may have different ones.
  private struct Key: Hashable {
    let kind: DiffLine.Kind
    let text: [UInt8]
    let number: Int
  }

  private let limit: Int
  private var groups: [ObjectID] = []
  private var lines: [DiffLine] = []
  private var groupsOfLine: [[Int32]] = []
  private var places: [Key: Int] = [:]
  /// How often the last group has each of its lines.
  private var seen: [Key: Int] = [:]
  /// The number of lines, equal ones included.
  private(set) var count = 0
  /// The number of lines that are not held, because there are too many different ones.
  private(set) var more = 0

  /// Creates an empty collection that holds at most this number of different lines.
  init(limit: Int) { self.limit = limit }

  /// Adds a line of a group; the lines of a group follow each other.
  mutating func add(_ line: DiffLine, of group: ObjectID) {
    count += 1
    if groups.last != group { seen = [:] }
    let key = Key(kind: line.kind, text: Array(line.text.utf8), number: 0)
    let number = seen[key, default: 0]
    let numbered = Key(kind: key.kind, text: key.text, number: number)
    if places[numbered] == nil {
      guard lines.count < limit else {
        more += 1
        return
      }
      places[numbered] = lines.count
      lines.append(line)
      groupsOfLine.append([])
    }
    guard let place = places[numbered] else { return }
    if groups.last != group { groups.append(group) }
    seen[key] = number + 1
    groupsOfLine[place].append(Int32(groups.count - 1))
  }

  /// The sections in the order of their first groups, and the lines in the order in which they were added.
  var sections: [Section] {
    var linesOfGroups: [[Int32]: [DiffLine]] = [:]
    for (line, groups) in zip(lines, groupsOfLine) {
      linesOfGroups[groups, default: []].append(line)
    }
    let sorted = linesOfGroups.sorted { left, right in
      left.key[0] != right.key[0]
        ? left.key[0] < right.key[0]
        : left.key.count != right.key.count
          ? left.key.count > right.key.count : left.key.lexicographicallyPrecedes(right.key)
    }
    return sorted.map { numbers, lines in
      Section(groups: numbers.map { groups[Int($0)] }, lines: lines)
    }
  }
}

/// Collects the rows that a plan refuses, by the reason.
struct RefusalFolding {
  /// The rows that were refused for one reason.
  struct Section: Equatable {
    var code: FailureCode
    var count = 0
    /// The first of them.
    var rows: [(from: String, group: ObjectID)] = []

    static func == (left: Section, right: Section) -> Bool {
      left.code == right.code && left.count == right.count
        && left.rows.elementsEqual(right.rows) { $0 == $1 }
    }
  }

  private let limit: Int
  private(set) var sections: [Section] = []
  private(set) var count = 0

  /// Creates an empty collection that holds at most this number of rows for each reason.
  init(limit: Int) { self.limit = limit }

  /// Adds a row; `from` says where it comes from.
  mutating func add(_ code: FailureCode, of group: ObjectID, from: String) {
    count += 1
    var place = sections.firstIndex { $0.code == code }
    if place == nil {
      sections.append(Section(code: code))
      place = sections.count - 1
    }
    guard let place else { return }
    sections[place].count += 1
    if sections[place].rows.count < limit { sections[place].rows.append((from, group)) }
  }

  /// True if there are rows that are not held.
  var isFull: Bool { sections.contains { $0.count > $0.rows.count } }
}
