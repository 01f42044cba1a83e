import CLibXML

/// Checks one document against a schema while it is parsed, with libxml2's schema validation.
///
/// It holds the open elements only.
@safe final class SchemaCheck {
  /// The index of an element's name, and the element's position.
  struct Element {
    let name: Int32
    let position: TextPosition
  }

  /// A violation of the schema.
  struct Finding {
    let message: String
    let element: Element
  }

  /// libxml2 keeps pointers into it.
  private let schema: XMLSchema
  private let context: xmlSchemaValidCtxtPtr
  private let plug: OpaquePointer
  /// libxml2's callbacks, and their first parameter.
  private let handler: UnsafeMutablePointer<xmlSAXHandlerPtr?>
  private let receiver: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  /// The open elements, outermost first.
  private var open: [Element] = []
  /// The first message about the current event; later ones repeat it.
  private var message: String?

  /// Starts a check (`xmlSchemaNewValidCtxt`, `xmlSchemaSAXPlug`).
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
    // The context is freed in `deinit`, so the pointer to this object stays valid.
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
    guard self.message == nil else { return }
    let text = withoutFullStop(message)
    self.message =
      text.unicodeScalars.count <= 300
      ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(299))) + "…"
  }

  /// Checks an element's start.
  ///
  /// - Parameters:
  ///   - name: the index of its name.
  ///   - position: the position of its tag.
  ///   - tag: libxml2's data about the tag.
  /// - Returns: what is wrong with the element or its position in the document.
  func start(_ name: Int32, at position: TextPosition, _ tag: StartTag) -> Finding? {
    let element = Element(name: name, position: position)
    open.append(element)
    var kept = unsafe withoutSchemaLocations(tag)
    unsafe kept.withUnsafeMutableBufferPointer { attributes in
      unsafe handler.pointee?.pointee.startElementNs?(
        receiver.pointee, tag.name, tag.prefix, tag.uri, tag.namespaceCount, tag.namespaces,
        Int32(attributes.count / 5), 0, attributes.baseAddress)
    }
    return finding(about: element)
  }

  /// Checks text; returns what is wrong with the element that holds it.
  func text(_ bytes: UnsafeBufferPointer<xmlChar>) -> Finding? {
    unsafe handler.pointee?.pointee.characters?(
      receiver.pointee, bytes.baseAddress, Int32(bytes.count))
    return open.last.flatMap { finding(about: $0) }
  }

  /// Checks an element's end; returns what is wrong with the whole element.
  func end(
    _ name: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?,
    _ uri: UnsafePointer<xmlChar>?
  ) -> Finding? {
    unsafe handler.pointee?.pointee.endElementNs?(receiver.pointee, name, prefix, uri)
    return open.popLast().flatMap { finding(about: $0) }
  }

  private func finding(about element: Element) -> Finding? {
    guard let message else { return nil }
    self.message = nil
    return Finding(message: message, element: element)
  }

  /// Returns the attributes without those that name other schemas, which libxml2 would fetch.
  private func withoutSchemaLocations(_ tag: StartTag) -> [UnsafePointer<xmlChar>?] {
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

/// The data of libxml2's parser about a start tag.
@unsafe struct StartTag {
  let name: UnsafePointer<xmlChar>
  let prefix: UnsafePointer<xmlChar>?
  let uri: UnsafePointer<xmlChar>?
  let namespaceCount: Int32
  let namespaces: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
  let attributeCount: Int32
  /// Five pointers for each: name, prefix, namespace, and the value's start and end.
  let attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
}
