/// One object in a response: the name of its type, and its fields in order.
struct Resource: Equatable {
  struct Field: Equatable {
    var name: String
    /// The value; empty for a field that is shown without a value.
    var value: String
  }

  var type: String
  var fields: [Field] = []

  /// Adds a field; a field whose value is `nil` is omitted.
  mutating func show(_ name: String, _ value: String?) {
    guard let value else { return }
    fields.append(Field(name: name, value: value))
  }

  /// Adds a number; a field whose value is `nil` is omitted.
  mutating func show(_ name: String, _ value: Int?) {
    show(name, value.map { String($0) })
  }
}

/// A page of objects, and the number of objects on all pages.
struct Listing: Equatable {
  /// The XML root element in the plural, such as `PortGroupServers`.
  var root: String
  /// The name of one entry, such as `PortGroupServer`.
  var type: String
  var total: Int
  var entries: [Resource] = []
}
