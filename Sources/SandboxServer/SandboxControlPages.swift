// The control pages, which the real server does not have: the log, the faults, and the release of held writes.

import HTTPMessages
import JSONStreams

extension RequestTarget {
  /// True if the target is a control page.
  var isControlPage: Bool { segments.first == "sandbox" }
}

extension Sandbox {
  /// The response to a request for a control page; no login is needed, and only this machine has access.
  ///
  /// - `/sandbox/log`: GET shows the counts, DELETE resets them.
  /// - `/sandbox/faults`: GET shows the faults; PUT or POST replaces them with those in the body (see
  ///   `FaultText.swift`); DELETE removes all faults, and releases all held writes.
  /// - `/sandbox/release`: POST releases all held writes, or with `?count=N` the first N.
  func controlPage(_ request: HTTPRequest, _ target: RequestTarget, _ peer: Peer) -> HTTPResponse {
    guard peer == .loopback else {
      return HTMLPage.response(403, "This page is for this machine alone")
    }
    let method = request.method
    switch (target.segments.dropFirst().joined(separator: "/"), method) {
    case ("log", .get), ("log", .head): return page(counts.json, method)
    case ("log", .delete):
      resetCounts()
      return HTTPResponse(status: 204)
    case ("log", _): return notAllowed("GET, HEAD, DELETE")
    case ("faults", .get), ("faults", .head): return page(faultsPage, method)
    case ("faults", .put), ("faults", .post): return setFaults(from: request.body)
    case ("faults", .delete):
      faults = SandboxFaults(seed: configuration.faults.seed)
      release()
      return page(faultsPage, method)
    case ("faults", _): return notAllowed("GET, HEAD, PUT, POST, DELETE")
    case ("release", .post): return release(target.parameters["count"])
    case ("release", _): return notAllowed("POST")
    default: return HTMLPage.response(404, "There is no such page")
    }
  }

  private func setFaults(from body: [UInt8]) -> HTTPResponse {
    do throws(FaultTextError) {
      faults = try SandboxFaults(
        parsing: String(decoding: body, as: UTF8.self), seed: configuration.faults.seed)
    } catch {
      return text(400, "The faults cannot be ordered: \(error).\n")
    }
    return page(faultsPage, .put)
  }

  private func release(_ count: String?) -> HTTPResponse {
    if let count, Int(count).map({ $0 < 0 }) ?? true {
      return text(400, "count is '\(printable(count))'; it must be a whole number from 0.\n")
    }
    var writer = JSONTextWriter()
    writer.beginObject()
    writer.key("released")
    writer.number(release(count.flatMap { Int($0) }))
    writer.endObject()
    writer.endLine()
    return page(writer.takeBytes(), .post)
  }

  /// The faults, their seed, the number of writes since they were set, and the number of writes held now.
  private var faultsPage: [UInt8] {
    let faults = faults
    var writer = JSONTextWriter()
    writer.beginObject()
    writer.key("faults")
    writer.string(faults.text)
    writer.key("seed")
    writer.number(String(faults.seed))
    writer.key("writes")
    writer.number(writesSinceFaults)
    writer.key("held")
    writer.number(heldWrites)
    writer.endObject()
    writer.endLine()
    return writer.takeBytes()
  }

  private func page(_ json: [UInt8], _ method: HTTPMethod) -> HTTPResponse {
    HTTPResponse(status: 200, headerFields: ["Content-Type": "application/json"], body: json)
      .withoutBody(if: method == .head)
  }

  private func text(_ status: Int, _ text: String) -> HTTPResponse {
    HTTPResponse(
      status: status, headerFields: ["Content-Type": "text/plain;charset=UTF-8"],
      body: Array(text.utf8))
  }

  private func notAllowed(_ methods: String) -> HTTPResponse {
    var response = HTMLPage.response(405, "This page takes \(methods)")
    response.headerFields["Allow"] = methods
    return response
  }
}
