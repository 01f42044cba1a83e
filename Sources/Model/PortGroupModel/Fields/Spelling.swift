/// Finds the known name that a misspelled one probably means.
package enum Spelling {
  /// The nearest of `names` in any case, if it is near enough to be worth a suggestion.
  ///
  /// It is near enough if at most a third of the longer name's characters differ, or if the name begins with the typed
  /// text of at least three characters.
  package static func nearest(to typed: String, among names: [String]) -> String? {
    let wanted = Array(typed.lowercased().unicodeScalars.prefix(100))
    var best: (name: String, distance: Int)?
    for name in names {
      let known = Array(name.lowercased().unicodeScalars)
      let distance = distance(wanted, known)
      guard distance * 3 <= max(wanted.count, known.count) else { continue }
      if distance < best?.distance ?? .max { best = (name, distance) }
    }
    if let best { return best.name }
    guard wanted.count >= 3 else { return nil }
    return names.first { $0.lowercased().unicodeScalars.starts(with: wanted) }
  }

  /// The number of insertions, deletions, replacements and swaps of neighbours (Damerau's restricted distance).
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
        var cost = min(replaced, last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[right.count]
  }
}
