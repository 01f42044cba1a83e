/// How many rows of a run may fail, or delete, before it is stopped: a number, or a part of the rows that it has to do.
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

  /// As it is typed.
  package var description: String {
    switch self {
    case .rows(let count): "\(count)"
    case .percent(let share): "\(share)%"
    }
  }

  /// How many rows it allows, of so many; a part of a row is none.
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
  /// Reads a number, or a text as it is typed.
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

  /// A number is written as one, which every version reads.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .rows(let count): try container.encode(count)
    case .percent: try container.encode(description)
    }
  }
}
