/// A response of a server.
package struct HTTPResponse: Sendable, Equatable {
  /// The status code, 100 to 599.
  package var status: Int
  package var headerFields: HeaderFields
  package var body: [UInt8]

  package init(status: Int, headerFields: HeaderFields = [:], body: [UInt8] = []) {
    self.status = status
    self.headerFields = headerFields
    self.body = body
  }

  /// True for 200 to 299.
  package var isSuccess: Bool { (200...299).contains(status) }

  /// The media type in lower case, without parameters, such as `application/xml`; empty if none was sent.
  package var mediaType: String {
    let value = headerFields["Content-Type"] ?? ""
    let type = value.utf8.prefix { $0 != UInt8(ascii: ";") }
    return String(decoding: type.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self).lowercased()
  }
}
