// Checks a document against a schema while it is parsed: libxml2's schema check takes the parser's events.

import CLibXML

/// One document's check; it holds what is open, and nothing of what was closed.
@safe final class SchemaCheck {
  /// The index of an element's name, and where the element begins.
  struct Element {
    let name: Int32
    let position: TextPosition
  }

  /// What libxml2 says against an element.
  struct Finding {
    let complaint: String
    let element: Element
  }

  /// libxml2 keeps pointers into it.
  private let schema: XMLSchema
  private let context: xmlSchemaValidCtxtPtr
  private let plug: OpaquePointer
  /// Where libxml2 put its callbacks and what they want as their first parameter.
  private let handler: UnsafeMutablePointer<xmlSAXHandlerPtr?>
  private let receiver: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  /// The open elements, outermost first.
  private var open: [Element] = []
  /// The first complaint about the event that is being checked; further ones only say it again.
  private var complaint: String?

  /// Begins a check (`xmlSchemaNewValidCtxt`, `xmlSchemaSAXPlug`).
  init(_ schema: XMLSchema) {
    self.schema = schema
    unsafe handler = .allocate(capacity: 1)
    unsafe handler.initialize(to: nil)
    unsafe receiver = .allocate(capacity: 1)
    unsafe receiver.initialize(to: nil)
    guard let context = unsafe xmlSchemaNewValidCtxt(schema.compiled),
      let plug = unsafe xmlSchemaSAXPlug(context, handler, receiver)
    else { preconditionFailure("libxml2 has no memory left for a schema check") }
    unsafe self.context = unsafe context
    unsafe self.plug = unsafe plug
    // The check ends before this object does, so that the pointer to it stays good.
    unsafe xmlSchemaSetValidStructuredErrors(
      context,
      { check, error in
        guard let check = unsafe check, let message = unsafe error?.pointee.message else { return }
        unsafe Unmanaged<SchemaCheck>.fromOpaque(check).takeUnretainedValue()
          .take(String(cString: message))
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    unsafe xmlSchemaSAXUnplug(plug)
    unsafe xmlSchemaFreeValidCtxt(context)
    unsafe handler.deallocate()
    unsafe receiver.deallocate()
  }

  private func take(_ message: String) {
    guard complaint == nil else { return }
    let text = withoutStop(message)
    complaint =
      text.unicodeScalars.count <= 300
      ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(299))) + "…"
  }

  /// Takes an element's start.
  ///
  /// - Parameters:
  ///   - name: the index of its name.
  ///   - position: where it begins.
  ///   - tag: what libxml2's parser tells of it.
  /// - Returns: what is wrong with it, or with where it stands.
  func start(_ name: Int32, at position: TextPosition, _ tag: StartTag) -> Finding? {
    let element = Element(name: name, position: position)
    open.append(element)
    var kept = unsafe withoutSchemaPlaces(tag)
    unsafe kept.withUnsafeMutableBufferPointer { attributes in
      unsafe handler.pointee?.pointee.startElementNs?(
        receiver.pointee, tag.name, tag.prefix, tag.uri, tag.namespaceCount, tag.namespaces,
        Int32(attributes.count / 5), 0, attributes.baseAddress)
    }
    return finding(about: element)
  }

  /// Takes text; gives what is wrong with the element that holds it.
  func text(_ bytes: UnsafeBufferPointer<xmlChar>) -> Finding? {
    unsafe handler.pointee?.pointee.characters?(
      receiver.pointee, bytes.baseAddress, Int32(bytes.count))
    return open.last.flatMap { finding(about: $0) }
  }

  /// Takes an element's end; gives what is wrong with the whole of it.
  func end(
    _ name: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?,
    _ uri: UnsafePointer<xmlChar>?
  ) -> Finding? {
    unsafe handler.pointee?.pointee.endElementNs?(receiver.pointee, name, prefix, uri)
    return open.popLast().flatMap { finding(about: $0) }
  }

  private func finding(about element: Element) -> Finding? {
    guard let complaint else { return nil }
    self.complaint = nil
    return Finding(complaint: complaint, element: element)
  }

  /// The attributes without those that name further schemas: libxml2 would go and fetch them.
  private func withoutSchemaPlaces(_ tag: StartTag) -> [UnsafePointer<xmlChar>?] {
    let count = unsafe Int(tag.attributeCount) * 5
    guard count > 0, let attributes = unsafe tag.attributes else { return unsafe [] }
    var kept: [UnsafePointer<xmlChar>?] = unsafe []
    for first in stride(from: 0, to: count, by: 5) {
      let uri = unsafe attributes[first + 2].map { unsafe String(cString: $0) }
      let name = unsafe attributes[first].map { unsafe String(cString: $0) } ?? ""
      if uri == "http://www.w3.org/2001/XMLSchema-instance", name.hasSuffix("chemaLocation") {
        continue
      }
      for part in first..<first + 5 { unsafe kept.append(attributes[part]) }
    }
    return unsafe kept
  }
}

/// What libxml2's parser tells of a tag that opens an element.
@unsafe struct StartTag {
  let name: UnsafePointer<xmlChar>
  let prefix: UnsafePointer<xmlChar>?
  let uri: UnsafePointer<xmlChar>?
  let namespaceCount: Int32
  let namespaces: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
  let attributeCount: Int32
  /// Five pointers each: name, prefix, namespace, value's start and end.
  let attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
}
