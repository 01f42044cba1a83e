/// Limits that bound the memory for a parsed response; the transfer limits its bytes.
enum WireLimits {
  /// The maximum number of objects on a page: ten times the requested number, as a server may use larger pages.
  static let objects = 10 * ConnectionClient.pageSize
  /// The maximum number of XML elements, or of JSON values and keys; a full page has fewer.
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
