// The sandbox's own pages, which the real server does not have: its log, and its faults.

import HTTPMessages
import JSONStreams

extension RequestTarget {
  /// True for the sandbox's own pages.
  var isOwnPage: Bool { segments.first == "sandbox" }
}

extension Sandbox {
  /// Answers a request for an own page; they need no login, and are for this machine alone.
  ///
  /// - `/sandbox/log`: GET shows the counts, DELETE begins to count anew.
  /// - `/sandbox/faults`: GET shows the faults; PUT or POST orders those of the body (see `FaultText.swift`) in their
  ///   place; DELETE ends them all, and releases what is held.
  /// - `/sandbox/release`: POST releases what is held, or with `?count=N` the first N of it.
  func ownPage(_ request: HTTPRequest, _ target: RequestTarget, _ peer: Peer) -> HTTPResponse {
    guard peer == .loopback else {
      return HTMLPage.answer(403, "This page is for this machine alone")
    }
    let method = request.method
    switch (target.segments.dropFirst().joined(separator: "/"), method) {
    case ("log", .get), ("log", .head): return page(counts.json, method)
    case ("log", .delete):
      resetCounts()
      return HTTPResponse(status: 204)
    case ("log", _): return notAllowed("GET, HEAD, DELETE")
    case ("faults", .get), ("faults", .head): return page(faultsPage, method)
    case ("faults", .put), ("faults", .post): return order(request.body)
    case ("faults", .delete):
      faults = SandboxFaults(seed: configuration.faults.seed)
      release()
      return page(faultsPage, method)
    case ("faults", _): return notAllowed("GET, HEAD, PUT, POST, DELETE")
    case ("release", .post): return release(target.parameters["count"])
    case ("release", _): return notAllowed("POST")
    default: return HTMLPage.answer(404, "There is no such page")
    }
  }

  private func order(_ body: [UInt8]) -> HTTPResponse {
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

  /// What was ordered, the seed, and how far it went: the writes since, and those that are held now.
  private var faultsPage: [UInt8] {
    let ordered = faults
    var writer = JSONTextWriter()
    writer.beginObject()
    writer.key("faults")
    writer.string(ordered.text)
    writer.key("seed")
    writer.number(String(ordered.seed))
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
    var response = HTMLPage.answer(405, "This page takes \(methods)")
    response.headerFields["Allow"] = methods
    return response
  }
}
