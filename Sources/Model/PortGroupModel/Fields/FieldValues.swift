import Bytes

/// The value of one field, in a file or on the server.
package enum FieldValue: Sendable, Hashable {
  /// The field is not given: an import leaves it unchanged.
  case absent
  /// The field is given without a value: an import empties it.
  case empty
  /// The field has this text, which is never empty.
  case text(String)

  /// The text; `nil` for an absent or empty field.
  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// `empty` for an empty text, else `text`.
  package init(text: String) { self = text.isEmpty ? .empty : .text(text) }
}

/// The values of one server's fields, by field; fields not set are `absent`.
///
/// The texts of all fields are in one array: a row needs one allocation, and strings are made on demand.
package struct FieldValues: Sendable, Equatable {
  /// Where a field's text is; an empty range if the field is empty.
  private struct Bounds: Sendable {
    var lower: Int32 = 0
    var upper: Int32 = 0

    var range: Range<Int> { Int(lower)..<Int(upper) }
  }

  private var bytes: [UInt8] = []
  /// More than the number of fields, so a new field needs no change here; a test compares both.
  private typealias Slots = InlineArray<24, Bounds>

  private var bounds = Slots(repeating: Bounds())
  /// The fields that are not absent, a bit for each; the bounds of others have no meaning.
  private var mask: UInt32 = 0

  /// The largest number of fields.
  package static var capacity: Int { Slots.count }

  package init() {}

  /// Creates values without any field, with room for texts of this number of bytes in total.
  package init(capacity: Int) { bytes.reserveCapacity(capacity) }

  package subscript(field: Field) -> FieldValue {
    get {
      guard holds(field) else { return isAbsent(field) ? .absent : .empty }
      return .text(String(decoding: bytes[bounds[field.rawValue].range], as: UTF8.self))
    }
    set {
      if holds(field) { drop(field) }
      switch newValue {
      case .absent: mask &= ~FieldValues.bit(field)
      case .empty: setEmpty(field)
      case .text(let text):
        let lower = bytes.count
        bytes.append(contentsOf: text.utf8)
        set(field, to: lower..<bytes.count)
      }
    }
  }

  /// Gives a field the text of these UTF-8 bytes; without bytes the field is empty.
  package mutating func set(_ field: Field, utf8 text: Span<UInt8>) {
    if holds(field) { drop(field) }
    guard !text.isEmpty else { return setEmpty(field) }
    let lower = bytes.count
    unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    set(field, to: lower..<bytes.count)
  }

  /// Calls `body` with the bytes of a field's text; `nil` for an absent field, no bytes for an empty one.
  package func withUTF8<Value>(of field: Field, _ body: (Span<UInt8>?) throws -> Value) rethrows
    -> Value
  {
    guard !isAbsent(field) else { return try body(nil) }
    return try body(bytes.span.extracting(bounds[field.rawValue].range))
  }

  /// Removes all fields; `keep` adds the bytes of the fields that are set afterwards.
  mutating func begin() { mask = 0 }

  /// Copies the bytes that contain the texts of the fields set since `begin`.
  mutating func keep(_ parts: Span<UInt8>) {
    // The memory of the previous row is reused, unless one long row needed much more.
    if bytes.count < parts.count || bytes.count > parts.count + 1024 {
      bytes = Array(repeating: 0, count: parts.count)
    }
    unsafe parts.withUnsafeBytes { parts in
      // There is room for all of them.
      unsafe bytes.withUnsafeMutableBytes { unsafe $0.copyMemory(from: parts) }
    }
  }

  /// Sets which of the bytes are the field's text.
  @inline(__always)
  mutating func set(_ field: Field, to range: Range<Int>) {
    bounds[field.rawValue] = Bounds(
      lower: Int32(truncatingIfNeeded: range.lowerBound),
      upper: Int32(truncatingIfNeeded: range.upperBound))
    mask |= FieldValues.bit(field)
  }

  mutating func setEmpty(_ field: Field) { set(field, to: 0..<0) }

  /// Removes the text of a field from the bytes.
  private mutating func drop(_ field: Field) {
    var kept: [UInt8] = []
    for other in Field.allCases where other != field && holds(other) {
      let text = bytes[bounds[other.rawValue].range]
      set(other, to: kept.count..<kept.count + text.count)
      kept += text
    }
    bytes = kept
  }

  /// True if the field has a text.
  package func holds(_ field: Field) -> Bool {
    !isAbsent(field) && bounds[field.rawValue].lower < bounds[field.rawValue].upper
  }

  private func isAbsent(_ field: Field) -> Bool { mask & FieldValues.bit(field) == 0 }

  @inline(__always)
  private static func bit(_ field: Field) -> UInt32 { 1 &<< UInt32(field.rawValue) }

  /// The fields that are not absent, in table order.
  package var present: [Field] { Field.allCases.filter { !isAbsent($0) } }

  package var isEmpty: Bool { mask == 0 }

  /// The fields of this value that `keep` allows; the rest become absent.
  package func filtered(_ keep: (Field) -> Bool) -> FieldValues {
    var result = FieldValues(capacity: bytes.count)
    for field in Field.allCases where !isAbsent(field) && keep(field) {
      withUTF8(of: field) { text in if let text { result.set(field, utf8: text) } }
    }
    return result
  }

  package static func == (left: FieldValues, right: FieldValues) -> Bool {
    Field.allCases.allSatisfy { field in
      guard left.holds(field), right.holds(field) else {
        return left.holds(field) == right.holds(field)
          && left.isAbsent(field) == right.isAbsent(field)
      }
      return left.bytes[left.bounds[field.rawValue].range]
        .elementsEqual(right.bytes[right.bounds[field.rawValue].range])
    }
  }
}

extension FieldValues: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (Field, FieldValue)...) {
    for (field, value) in elements { self[field] = value }
  }
}

extension FieldValue: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self.init(text: value) }
}

extension FieldValues {
  /// The id of the server; `nil` if the field has no value.
  package var objectID: ObjectID? {
    withUTF8(of: .objectID) { text in
      guard let text else { return nil }
      return ObjectID(utf8: text)
    }
  }

  /// True if the field for the server's id has this one, in the form in which it is stored.
  func hasID(_ id: ObjectID) -> Bool {
    withUTF8(of: .objectID) { text in
      guard let text else { return false }
      return ObjectID.parsed(text).map { $0.id == id && $0.isCanonical } ?? false
    }
  }

  /// The service, if the field has a number that we know.
  package var service: RemoteService? {
    self[.service].text.flatMap { Int($0) }.flatMap(RemoteService.init(rawValue:))
  }

  /// The text that represents the server in messages: the host, else the IPv6 host, else loopback.
  package var hostText: String { self[.host].text ?? self[.hostV6].text ?? Host.loopback }

  /// One line for people, such as `SIP proxy 10.1.1.1 port 5060 tls 5061`.
  package var summary: String {
    var parts: [String] = []
    if let service { parts.append(service.title) }
    parts.append(hostText)
    if let port = self[.port].text { parts.append("port \(port)") }
    if let port = self[.tlsPort].text { parts.append("tls \(port)") }
    return parts.joined(separator: " ")
  }

  /// True if both have the same value in this field: hosts in canonical form, numbers as numbers.
  ///
  /// Absent and empty are equal here, because the server shows an unset field in both forms. An unset IPv4
  /// host is 127.0.0.1, which the server stores in its place.
  package func agrees(with other: FieldValues, in field: Field) -> Bool {
    guard field == .host else { return canonical(field) == other.canonical(field) }
    return canonical(field) ?? Host.loopback == other.canonical(field) ?? Host.loopback
  }

  /// The fields in the body of an update: those that can change; an empty field only if it can be emptied.
  package var updated: [Field] {
    present.filter { $0.rule.access == .readWrite && (holds($0) || $0.rule.canBeEmptied) }
  }

  /// The fields that are empty here, have a value on the server, and cannot be emptied there.
  package func fixed(on server: FieldValues) -> [Field] {
    present.filter { !holds($0) && !$0.rule.canBeEmptied && server.holds($0) }
  }

  /// Why a row that empties those fields cannot be carried out, with both values.
  package func reasonCannotEmpty(on server: FieldValues) -> String {
    let fields = fixed(on: server)
    let held = fields.map { "\($0.name) \(server[$0].text ?? "")" }.joined(separator: " and ")
    return "the server has \(held), and the row wants \(fields.count == 1 ? "it" : "them") empty; "
      + "only the two host fields can be emptied"
  }

  /// The form in which the field's value is compared; `nil` for a field without a value.
  package func canonical(_ field: Field) -> String? {
    guard let text = self[field].text else { return nil }
    switch field.rule.kind {
    case .host, .hostV6: return Host.canonical(text)
    case .objectID: return text.lowercased()
    case .integer, .enumeration:
      // The canonical form of a number is its digits without leading zeros.
      return text.utf8.span.plainNumber != nil ? text : Int(text).map(String.init) ?? text
    case .uri: return text
    }
  }
}
