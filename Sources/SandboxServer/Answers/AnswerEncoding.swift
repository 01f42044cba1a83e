// Answers as XML and JSON, in the shapes that the API page shows.

import HTTPMessages
import JSONStreams
import XMLStreams

extension BodyFormat {
  /// 200 with one object: an XML root of its type, or a bare JSON object.
  ///
  /// - Throws: `XMLWriterError` if a value holds what XML cannot.
  func answer(_ resource: Resource) throws -> HTTPResponse {
    switch self {
    case .xml:
      let writer = XMLTextWriter()
      writer.startDocument()
      try write(resource, to: writer)
      return answer(200, finished(writer))
    case .json:
      var writer = JSONTextWriter()
      write(resource, to: &writer)
      return answer(200, writer.takeBytes())
    }
  }

  /// 200 with a list: `total` counts all pages, in JSON as a string.
  ///
  /// JSON shows a single entry as an object, several as an array, and none by leaving the key out
  /// (reference CUPI.md §1.4).
  ///
  /// - Throws: `XMLWriterError` if a value holds what XML cannot.
  func answer(_ listing: Listing) throws -> HTTPResponse {
    switch self {
    case .xml:
      let writer = XMLTextWriter()
      writer.startDocument()
      writer.startElement(listing.root)
      try writer.attribute("total", String(listing.total))
      for entry in listing.entries { try write(entry, to: writer) }
      writer.endElement()
      return answer(200, finished(writer))
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
      return answer(200, writer.takeBytes())
    }
  }

  func answer(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
    HTTPResponse(
      status: status, headerFields: ["Content-Type": "\(mediaType);charset=UTF-8"], body: body)
  }

  private func write(_ resource: Resource, to writer: XMLTextWriter) throws(XMLWriterError) {
    writer.startElement(resource.type)
    for field in resource.fields { try writer.element(field.name, field.value) }
    writer.endElement()
  }

  /// Every value is a string, numbers and truth values too.
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

extension Refusal {
  /// The answer in the form that the request wants.
  func answer(to request: HTTPRequest) -> HTTPResponse {
    answer(in: BodyFormat.accepted(request.headerFields) ?? .xml)
  }

  /// The answer with an `ErrorDetails` body, one `errors` for each problem (reference CUPI.md §3.5).
  ///
  /// JSON's form is not documented: it follows the lists, with an object for one problem, an array for several.
  func answer(in format: BodyFormat) -> HTTPResponse {
    var response = format.answer(status, format == .xml ? xmlBody : jsonBody)
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
      // Messages quote what was sent with its unprintable characters replaced: nothing is refused here.
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
