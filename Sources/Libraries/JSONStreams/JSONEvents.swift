// The easy ways to read a small JSON text: event by event, or as a tree of values.

/// What a parser met.
package enum JSONEvent: Sendable, Equatable {
  case beginObject
  case endObject
  case beginArray
  case endArray
  case key(String)
  case string(String)
  /// As it was written.
  case number(String)
  case bool(Bool)
  case null
}

/// Parses a whole small JSON text.
///
/// - Parameters:
///   - bytes: the text, without a byte order mark.
///   - limits: what it may ask for.
///   - onEvent: called for each event in order, with the place of its first character.
/// - Throws: `JSONError`, after the events before it; or what `onEvent` throws.
package func parseJSON(
  _ bytes: [UInt8], limits: JSONLimits = JSONLimits(),
  _ onEvent: (JSONEvent, JSONPosition) throws -> Void
) throws {
  var parser = JSONParser(limits: limits)
  var failure: JSONError?
  do throws(JSONError) {
    unsafe try parser.feed(bytes.span.bytes, final: true)
  } catch {
    failure = error
  }
  for event in parser.batch.events {
    try onEvent(parser.batch.value(of: event), event.position)
  }
  if let failure { throw failure }
}

extension JSONBatch {
  /// The event as a value of its own.
  package func value(of event: Event) -> JSONEvent {
    switch event.kind {
    case .beginObject: .beginObject
    case .endObject: .endObject
    case .beginArray: .beginArray
    case .endArray: .endArray
    case .key: .key(text(event))
    case .string: .string(text(event))
    case .number: .number(text(event))
    case .yes: .bool(true)
    case .no: .bool(false)
    case .null: .null
    }
  }
}
