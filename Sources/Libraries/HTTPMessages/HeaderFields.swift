/// Header fields in the order they were sent; names compare without regard to ASCII case.
///
/// Source: RFC 9110 §5.1 (names are case-insensitive) and §5.3 (order of equal names matters).
package struct HeaderFields: Sendable, Equatable {
  /// One field line, as it was given.
  package struct Line: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// All lines, first sent first.
  package private(set) var lines: [Line] = []

  package init(_ lines: [Line] = []) { self.lines = lines }

  /// The value of the first line of that name; setting replaces all lines of that name, `nil` removes.
  package subscript(name: String) -> String? {
    get { lines.first { $0.name.matchesASCII(name) }?.value }
    set {
      lines.removeAll { $0.name.matchesASCII(name) }
      if let newValue { lines.append(Line(name: name, value: newValue)) }
    }
  }

  /// The values of all lines of that name, first sent first (`Set-Cookie` comes several times).
  package func values(of name: String) -> [String] {
    lines.filter { $0.name.matchesASCII(name) }.map(\.value)
  }

  /// Adds a line and keeps others of the same name.
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
  /// True if both are the same but for the case of ASCII letters.
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
