/// Header fields in the order in which they were sent; the ASCII case of names is ignored.
///
/// Source: RFC 9110 §5.1 (names are case-insensitive) and §5.3 (order of equal names matters).
package struct HeaderFields: Sendable, Equatable {
  /// One field line, as it was set.
  package struct Line: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// All lines, in the order in which they were sent.
  package private(set) var lines: [Line] = []

  package init(_ lines: [Line] = []) { self.lines = lines }

  /// The value of the first line with the name; setting replaces all lines with the name, `nil` removes them.
  package subscript(name: String) -> String? {
    get { lines.first { $0.name.matchesASCII(name) }?.value }
    set {
      lines.removeAll { $0.name.matchesASCII(name) }
      if let newValue { lines.append(Line(name: name, value: newValue)) }
    }
  }

  /// The values of all lines with the name, in the order in which they were sent (`Set-Cookie` may be repeated).
  package func values(of name: String) -> [String] {
    lines.filter { $0.name.matchesASCII(name) }.map(\.value)
  }

  /// Adds a line; other lines with the same name are kept.
  package mutating func append(name: String, value: String) {
    lines.append(Line(name: name, value: value))
  }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name: name, value: value) }
  }
}

extension String {
  /// True if both strings are equal when the case of ASCII letters is ignored.
  fileprivate func matchesASCII(_ other: String) -> Bool {
    let (left, right) = (utf8.span, other.utf8.span)
    guard left.count == right.count else { return false }
    for index in left.indices where left[index].asciiLowercased != right[index].asciiLowercased {
      return false
    }
    return true
  }
}

extension UInt8 {
  fileprivate var asciiLowercased: UInt8 {
    self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
  }
}
