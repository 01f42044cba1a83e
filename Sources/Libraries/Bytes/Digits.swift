// Parsing and formatting of numbers.

extension Span<UInt8> {
  /// The whole number of these digits; `nil` for more than nine, leading zeros, or other bytes.
  @inlinable package var plainNumber: Int? {
    guard (1...9).contains(count), count == 1 || self[0] != UInt8(ascii: "0") else { return nil }
    var number = 0
    var index = 0
    while index < count {
      let digit = unsafe self[unchecked: index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      number = number &* 10 &+ Int(digit)
      index &+= 1
    }
    return number
  }
}

extension StringProtocol {
  /// The text with blanks before it, up to a width in `Character`s.
  package func padded(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(width - count, 0)) + self
  }
}

extension BinaryInteger {
  /// The number's decimal digits with zeros before them, up to a width; for numbers of 0 or more.
  package func digits(_ width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(width - digits.utf8.count, 0)) + digits
  }
}

extension Double {
  /// The number with so many digits after the point, rounded half away from zero, such as `0.5` or `12`.
  ///
  /// Numbers beyond nine quadrillion are limited to that.
  package func fixedPoint(_ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let limit = 9e15 / scale
    let number = Int((Swift.min(Swift.max(self, -limit), limit) * scale).rounded())
    let sign = number < 0 ? "-" : ""
    let (whole, rest) = number.magnitude.quotientAndRemainder(dividingBy: UInt(scale))
    return decimals == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest.digits(decimals))"
  }
}
