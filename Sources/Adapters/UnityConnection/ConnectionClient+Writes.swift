// Requests that write; each is sent once.

import HTTPMessages
package import PortGroupModel

extension ConnectionClient {
  /// Creates a server in a group from all fields with a text; the group's id is added.
  ///
  /// - Returns: The outcome. The new id is `nil` if the response does not contain it; the server can then be
  ///   found by reading the group.
  /// - Throws: `ServerError` only if nothing was sent and nothing more should be sent: because of credentials,
  ///   trust, or a read-only client.
  package func create(
    _ fields: FieldValues, in group: ObjectID
  ) async throws(ServerError) -> WriteOutcome {
    var values = fields
    values[.groupObjectID] = .text(group.text)
    let set = Field.writable.filter { $0 != .groupObjectID && values.holds($0) }
    let outcome = try await write(.post, Self.path(group), set + [.groupObjectID], of: values)
    guard case .done(let response) = outcome else { return WriteOutcome(outcome) }
    return .done(newID: Self.newID(in: response, group: group))
  }

  /// Changes all fields that are not absent; an empty field is emptied.
  ///
  /// Fields that cannot be changed are omitted, as are empty fields that cannot be emptied.
  ///
  /// - Throws: Same as `create(_:in:)`.
  package func update(
    _ id: ObjectID, in group: ObjectID, _ fields: FieldValues
  ) async throws(ServerError) -> WriteOutcome {
    WriteOutcome(try await write(.put, Self.path(group, id), fields.updated, of: fields))
  }

  /// Deletes a server; if it no longer exists, the outcome is a refusal with status 404.
  ///
  /// - Throws: Same as `create(_:in:)`.
  package func delete(
    _ id: ObjectID, in group: ObjectID
  ) async throws(ServerError) -> WriteOutcome {
    WriteOutcome(try await write(.delete, Self.path(group, id), nil, of: [:]))
  }

  /// Sends one write; errors that also prevent all other requests are thrown, others are returned as an outcome.
  private func write(
    _ method: HTTPMethod, _ path: String, _ fields: [Field]?, of values: FieldValues
  ) async throws(ServerError) -> ExchangeOutcome {
    var request = HTTPRequest(method, path, headerFields: ["Accept": wire.mediaType])
    if let fields {
      request.headerFields["Content-Type"] = wire.mediaType
      do throws(WireError) {
        request.body = try wire.body(fields, of: values)
      } catch {
        return .refused(Refusal(status: nil, sentence: "not sent: \(error.detail)"))
      }
    }
    do throws(ServerError) {
      let outcome = try await send(request)
      switch outcome {
      case .blocked: throw ServerCall(server: server, request: request).error(outcome)
      case .refused(var refusal):
        // Reports show the sentence next to a row: it must name the refused request and the server.
        refusal.sentence += " (\(method.rawValue) \(path), \(server))"
        return .refused(refusal)
      default: return outcome
      }
    } catch {
      // A login that may be repeated has failed: the write itself was not sent.
      guard error.isRepeatable || error.kind == .cancelled else { throw error }
      return .notProcessed(
        TransientFailure(
          error.kind, reason: error.detail, status: error.status, retryAfter: error.retryAfter))
    }
  }

  /// The id at the end of the URI in the response to a creation: in its body, or else in `Location`.
  ///
  /// The API page shows three forms of that URI, and the real server's `Location` contains it twice; in all of
  /// them, the last segment is the id (reference CUPI.md §1.3, §3.5). The id of the group is ignored.
  private static func newID(in response: HTTPResponse, group: ObjectID) -> ObjectID? {
    if let id = lastID(in: response.body.span.extracting(first: 1_024)), id != group { return id }
    guard let location = response.headerFields["Location"] else { return nil }
    return lastID(in: location.utf8.span).flatMap { $0 == group ? nil : $0 }
  }

  /// The id in the last segment of a path, which may be in quotes and surrounded by white space.
  private static func lastID(in path: Span<UInt8>) -> ObjectID? {
    func isSeparator(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: " "), 0x09, 0x0A, 0x0D: true
      default: false
      }
    }
    var end = path.count
    while end > 0, isSeparator(path[end - 1]) { end -= 1 }
    var begin = end
    while begin > 0, !isSeparator(path[begin - 1]) { begin -= 1 }
    return ObjectID(utf8: path.extracting(begin..<end))
  }
}

extension WriteOutcome {
  /// The outcome of a write; `blocked` and `unauthorized` do not occur here.
  fileprivate init(_ outcome: ExchangeOutcome) {
    switch outcome {
    case .done: self = .done(newID: nil)
    case .refused(let refusal), .unauthorized(let refusal): self = .refused(refusal)
    case .notProcessed(let failure): self = .notProcessed(failure)
    case .unknown(let failure): self = .unknown(failure)
    case .blocked(let kind, let detail):
      self = .notProcessed(TransientFailure(kind, reason: detail))
    }
  }
}
