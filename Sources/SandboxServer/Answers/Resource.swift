// What the sandbox shows, before it is XML or JSON.

/// One object as it is shown: the name of its type, and its fields in order.
struct Resource: Equatable {
  struct Field: Equatable {
    var name: String
    /// Empty for a field that is shown without a value.
    var value: String
  }

  var type: String
  var fields: [Field] = []

  /// Adds a field; one without a value (`nil`) is not shown at all.
  mutating func show(_ name: String, _ value: String?) {
    guard let value else { return }
    fields.append(Field(name: name, value: value))
  }

  /// Adds a number; `nil` is not shown at all.
  mutating func show(_ name: String, _ value: Int?) {
    show(name, value.map { String($0) })
  }
}

/// A page of objects and how many there are over all pages.
struct Listing: Equatable {
  /// The plural root of XML, such as `PortGroupServers`.
  var root: String
  /// The name of one entry, such as `PortGroupServer`.
  var type: String
  var total: Int
  var entries: [Resource] = []
}
