// Responses in XML and JSON, in the format that the API page shows.

import HTTPMessages
import JSONStreams
import XMLStreams

extension BodyFormat {
  /// A 200 response with one object: an XML root element of its type, or a bare JSON object.
  ///
  /// - Throws: `XMLWriterError` if a value contains a character that XML does not allow.
  func response(_ resource: Resource) throws -> HTTPResponse {
    switch self {
    case .xml:
      let writer = XMLTextWriter()
      writer.startDocument()
      try write(resource, to: writer)
      return response(200, finished(writer))
    case .json:
      var writer = JSONTextWriter()
      write(resource, to: &writer)
      return response(200, writer.takeBytes())
    }
  }

  /// A 200 response with a list: `total` is the number of objects on all pages, in JSON a string.
  ///
  /// In JSON, a single entry is an object, several entries are an array, and an empty list omits the key
  /// (reference CUPI.md §1.4).
  ///
  /// - Throws: `XMLWriterError` if a value contains a character that XML does not allow.
  func response(_ listing: Listing) throws -> HTTPResponse {
    switch self {
    case .xml:
      let writer = XMLTextWriter()
      writer.startDocument()
      writer.startElement(listing.root)
      try writer.attribute("total", String(listing.total))
      for entry in listing.entries { try write(entry, to: writer) }
      writer.endElement()
      return response(200, finished(writer))
    case .json:
      var writer = JSONTextWriter()
      writer.beginObject()
      writer.key("@total")
      writer.string(String(listing.total))
      if !listing.entries.isEmpty { writer.key(listing.type) }
      if listing.entries.count > 1 { writer.beginArray() }
      for entry in listing.entries { write(entry, to: &writer) }
      if listing.entries.count > 1 { writer.endArray() }
      writer.endObject()
      return response(200, writer.takeBytes())
    }
  }

  func response(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
    HTTPResponse(
      status: status, headerFields: ["Content-Type": "\(mediaType);charset=UTF-8"], body: body)
  }

  private func write(_ resource: Resource, to writer: XMLTextWriter) throws(XMLWriterError) {
    writer.startElement(resource.type)
    for field in resource.fields { try writer.element(field.name, field.value) }
    writer.endElement()
  }

  /// Writes each value as a string, numbers and Boolean values too.
  private func write(_ resource: Resource, to writer: inout JSONTextWriter) {
    writer.beginObject()
    for field in resource.fields {
      writer.key(field.name)
      writer.string(field.value)
    }
    writer.endObject()
  }

  private func finished(_ writer: XMLTextWriter) -> [UInt8] {
    writer.finish()
    return writer.takeBytes()
  }
}

extension RequestRefusal {
  /// The response in the format that the client accepts.
  func response(to request: HTTPRequest) -> HTTPResponse {
    response(in: BodyFormat.accepted(request.headerFields) ?? .xml)
  }

  /// The response with an `ErrorDetails` body, one `errors` for each problem (reference CUPI.md §3.5).
  ///
  /// The JSON form is not documented: as in lists, one problem is an object, and several are an array.
  func response(in format: BodyFormat) -> HTTPResponse {
    var response = format.response(status, format == .xml ? xmlBody : jsonBody)
    for line in headerFields.lines {
      response.headerFields.append(name: line.name, value: line.value)
    }
    return response
  }

  private var xmlBody: [UInt8] {
    let writer = XMLTextWriter()
    writer.startDocument()
    writer.startElement("ErrorDetails")
    for detail in details {
      writer.startElement("errors")
      // This cannot throw: messages quote values with their unprintable characters replaced.
      try? writer.element("code", detail.code.rawValue)
      try? writer.element("message", detail.message)
      writer.endElement()
    }
    writer.finish()
    return writer.takeBytes()
  }

  private var jsonBody: [UInt8] {
    var writer = JSONTextWriter()
    writer.beginObject()
    writer.key("errors")
    if details.count != 1 { writer.beginArray() }
    for detail in details {
      writer.beginObject()
      writer.key("code")
      writer.string(detail.code.rawValue)
      writer.key("message")
      writer.string(detail.message)
      writer.endObject()
    }
    if details.count != 1 { writer.endArray() }
    writer.endObject()
    return writer.takeBytes()
  }
}
