// The server in our words: requests that write. Each is sent once.

import HTTPMessages
package import PortGroupModel

extension ConnectionClient {
  /// Creates a server in a group from every field that holds a text; the group's id is added.
  ///
  /// - Returns: what became of it. The new id is `nil` where the answer does not hold it; reading
  ///   the group then finds it.
  /// - Throws: `ServerError` only where nothing was sent and nothing more should be: credentials,
  ///   trust, a client that may only read.
  package func create(
    _ fields: FieldValues, in group: ObjectID
  ) async throws(ServerError) -> WriteAnswer {
    var values = fields
    values[.groupObjectID] = .text(group.text)
    let set = Field.writable.filter { $0 != .groupObjectID && values.holds($0) }
    let answer = try await write(.post, Self.path(group), set + [.groupObjectID], of: values)
    guard case .done(let response) = answer else { return WriteAnswer(answer) }
    return .done(newID: Self.newID(in: response, group: group))
  }

  /// Changes the fields that are not absent; an empty one is emptied.
  ///
  /// Fields that cannot change are left out, and empty ones that cannot be emptied.
  /// - Throws: as `create(_:in:)`.
  package func update(
    _ id: ObjectID, in group: ObjectID, _ fields: FieldValues
  ) async throws(ServerError) -> WriteAnswer {
    WriteAnswer(try await write(.put, Self.path(group, id), fields.updated, of: fields))
  }

  /// Deletes a server; one that is gone already is refused with status 404.
  ///
  /// - Throws: as `create(_:in:)`.
  package func delete(
    _ id: ObjectID, in group: ObjectID
  ) async throws(ServerError) -> WriteAnswer {
    WriteAnswer(try await write(.delete, Self.path(group, id), nil, of: [:]))
  }

  /// Sends one write; what stops every other request too is thrown, all else is an answer.
  private func write(
    _ method: HTTPMethod, _ path: String, _ fields: [Field]?, of values: FieldValues
  ) async throws(ServerError) -> Answer {
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
      let answer = try await answer(request)
      switch answer {
      case .barred: throw ServerCall(server: server, request: request).error(answer)
      case .refused(var refusal):
        // Whoever reads it beside a row shall know who said no to what.
        refusal.sentence += " (\(method.rawValue) \(path), \(server))"
        return .refused(refusal)
      default: return answer
      }
    } catch {
      // A login that may be repeated: the write itself was not sent.
      guard error.isRepeatable || error.kind == .cancelled else { throw error }
      return .notProcessed(
        Setback(
          error.kind, reason: error.detail, status: error.status, retryAfter: error.retryAfter))
    }
  }

  /// The id at the end of the URI that a creation answers with, in its body or else in `Location`.
  ///
  /// The API page shows three shapes of that URI, and the real server's `Location` is doubled; the
  /// last segment holds in all of them (reference CUPI.md §1.3, §3.5). The group's own id is not
  /// the new server's.
  private static func newID(in response: HTTPResponse, group: ObjectID) -> ObjectID? {
    if let id = lastID(in: response.body.span.extracting(first: 1_024)), id != group { return id }
    guard let location = response.headerFields["Location"] else { return nil }
    return lastID(in: location.utf8.span).flatMap { $0 == group ? nil : $0 }
  }

  /// The id that is the last segment of a path, which may stand in quotes and have white space around it.
  private static func lastID(in path: Span<UInt8>) -> ObjectID? {
    func isBetween(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: " "), 0x09, 0x0A, 0x0D: true
      default: false
      }
    }
    var end = path.count
    while end > 0, isBetween(path[end - 1]) { end -= 1 }
    var begin = end
    while begin > 0, !isBetween(path[begin - 1]) { begin -= 1 }
    return ObjectID(utf8: path.extracting(begin..<end))
  }
}

extension WriteAnswer {
  /// What an answer means for a write; `barred` and `unauthorized` never get here.
  fileprivate init(_ answer: Answer) {
    switch answer {
    case .done: self = .done(newID: nil)
    case .refused(let refusal), .unauthorized(let refusal): self = .refused(refusal)
    case .notProcessed(let setback): self = .notProcessed(setback)
    case .unknown(let setback): self = .unknown(setback)
    case .barred(let kind, let detail):
      self = .notProcessed(Setback(kind, reason: detail))
    }
  }
}
