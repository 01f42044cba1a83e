// What a sandbox was asked, in numbers, for tests to hold a client against.

import JSONStreams

/// Counts since the sandbox was made; requests for the sandbox's own pages are not among them.
package struct SandboxCounts: Sendable, Equatable {
  /// Every request by its method, refused ones too.
  package var requests: [String: Int]
  /// Requests with POST, PUT, DELETE or another unsafe method that came with good credentials.
  package var writes: Int
  /// Requests that came with good Basic credentials: each is a login.
  package var logins: Int
  /// Requests that are being answered now.
  package var inFlight: Int
  /// The most requests that were ever being answered at one time.
  package var mostInFlight: Int

  package init(
    requests: [String: Int] = [:], writes: Int = 0, logins: Int = 0, inFlight: Int = 0,
    mostInFlight: Int = 0
  ) {
    self.requests = requests
    self.writes = writes
    self.logins = logins
    self.inFlight = inFlight
    self.mostInFlight = mostInFlight
  }

  /// The counts as `GET /sandbox/log` shows them.
  var json: [UInt8] {
    var writer = JSONTextWriter()
    writer.beginObject()
    writer.key("requests")
    writer.beginObject()
    for (method, count) in requests.sorted(by: { $0.key < $1.key }) {
      writer.key(method)
      writer.number(count)
    }
    writer.endObject()
    let numbers = [
      ("writes", writes), ("logins", logins), ("inFlight", inFlight),
      ("mostInFlight", mostInFlight),
    ]
    for (name, count) in numbers {
      writer.key(name)
      writer.number(count)
    }
    writer.endObject()
    writer.endLine()
    return writer.takeBytes()
  }
}
