/// Collects the lines of port groups, and puts equal lines of several groups together.
///
/// A change of many groups is one line with their names. The number of lines that it holds is limited.
struct DiffFolding {
  /// Lines that all these groups have.
  struct Section: Equatable {
    var groups: [String]
    var lines: [DiffLine]
  }

  /// A line of a group; if a group has a line twice, the second one is another line.
  private struct Key: Hashable {
    let line: DiffLine
    let number: Int
  }

  private let limit: Int
  private var titles: [String] = []
  private var groupsOfLine: [Key: [Int]] = [:]
  /// The lines in the order in which they were found.
  private var order: [Key] = []
  private var held = 0
  private var isFull = false

  /// Creates an empty collection that holds at most this number of lines.
  init(limit: Int = 20_000) { self.limit = limit }

  /// Adds a group, and returns what can no longer be folded: nothing until the limit is reached.
  mutating func add(_ group: String, _ lines: [DiffLine]) -> [Section] {
    if lines.isEmpty { return [] }
    if isFull { return [Section(groups: [group], lines: lines)] }
    let index = titles.count
    titles.append(group)
    var seen: [DiffLine: Int] = [:]
    for line in lines {
      seen[line, default: 0] += 1
      let key = Key(line: line, number: seen[line, default: 1])
      if groupsOfLine[key] == nil { order.append(key) }
      groupsOfLine[key, default: []].append(index)
    }
    held += lines.count
    guard held >= limit else { return [] }
    isFull = true
    return finish()
  }

  /// Returns all sections that are held, in the order of their first groups, and forgets them.
  mutating func finish() -> [Section] {
    var linesOfGroups: [[Int]: [DiffLine]] = [:]
    for key in order { linesOfGroups[groupsOfLine[key] ?? [], default: []].append(key.line) }
    let sorted = linesOfGroups.sorted { left, right in
      left.key[0] != right.key[0]
        ? left.key[0] < right.key[0]
        : left.key.count != right.key.count
          ? left.key.count > right.key.count : left.key.lexicographicallyPrecedes(right.key)
    }
    let sections = sorted.map { groups, lines in
      Section(groups: groups.map { titles[$0] }, lines: Self.ordered(lines))
    }
    (titles, groupsOfLine, order, held) = ([], [:], [], 0)
    return sections
  }

  private static func ordered(_ lines: [DiffLine]) -> [DiffLine] {
    let kinds = Dictionary(grouping: lines, by: \.kind)
    return kinds.keys.sorted { $0.rawValue < $1.rawValue }.flatMap { kinds[$0] ?? [] }
  }
}
