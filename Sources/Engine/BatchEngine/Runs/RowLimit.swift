/// The number of rows that may fail or delete before a run stops: a number, or a percentage of its rows.
package enum RowLimit: Sendable, Hashable, CustomStringConvertible {
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

  /// The text as the user types it.
  package var description: String {
    switch self {
    case .rows(let count): "\(count)"
    case .percent(let share): "\(share)%"
    }
  }

  /// The number of rows that it allows of a total, rounded down.
  func rows(of total: Int) -> Int {
    switch self {
    case .rows(let count): count
    // No run has so many rows that this overflows.
    case .percent(let share): total * share / 100
    }
  }
}

extension RowLimit: ExpressibleByIntegerLiteral {
  package init(integerLiteral count: Int) { self = .rows(count) }
}

extension RowLimit: Codable {
  /// Decodes a number, or a text as the user types it.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let count = try? container.decode(Int.self) {
      self = .rows(count)
    } else if let limit = RowLimit(try container.decode(String.self)) {
      self = limit
    } else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "neither a number nor a part in percent")
    }
  }

  /// Encodes a number as a number, which every version reads, and a percentage as text.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .rows(let count): try container.encode(count)
    case .percent: try container.encode(description)
    }
  }
}
