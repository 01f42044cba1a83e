/// How many rows of a run may fail before it stops: a number, or a part of the rows that it has to do.
package enum FailureLimit: Sendable, Hashable, CustomStringConvertible {
  case rows(Int)
  /// 0 to 100.
  case percent(Int)

  /// Reads `10` or `5%`; `nil` if it is neither.
  package init?(_ text: String) {
    let isPercent = text.hasSuffix("%")
    let digits = isPercent ? text.dropLast() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(digits)
    else { return nil }
    if isPercent, number > 100 { return nil }
    self = isPercent ? .percent(number) : .rows(number)
  }

  /// As it is typed.
  package var description: String {
    switch self {
    case .rows(let count): "\(count)"
    case .percent(let share): "\(share)%"
    }
  }

  /// How many rows may fail, of so many.
  func rows(of total: Int) -> Int {
    switch self {
    case .rows(let count): count
    case .percent(let share): total * share / 100
    }
  }
}
