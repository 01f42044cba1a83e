// How much one answer may hold, whichever language it is in.

/// What an answer may ask of memory beyond its bytes, which the transfer bounds.
enum WireLimits {
  /// Objects of one page: ten times what is asked for, since a server may count pages in its own way.
  static let objects = 10 * ConnectionClient.pageSize
  /// Elements of an XML document, or values and keys of a JSON text: more than so many objects have.
  static let parts = 200_000

  static func check(objects count: Int, of type: String) throws(WireError) {
    guard count <= objects else {
      throw WireError(
        "more than \(objects) objects of type \(type) came on one page, "
          + "and \(ConnectionClient.pageSize) were asked for")
    }
  }

  static func check(parts count: Int) throws(WireError) {
    guard count <= parts else {
      throw WireError("the answer has more than \(parts) parts, which no answer of this API has")
    }
  }
}
