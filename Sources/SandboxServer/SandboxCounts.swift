// What a sandbox was asked, in numbers, for tests to hold a client against.

import HTTPMessages
import JSONStreams

/// Counts since the sandbox was made or its log was emptied; its own pages are not among them.
package struct SandboxCounts: Sendable, Equatable {
  /// Every request by its method, refused ones too; `other` for methods that the API does not have.
  package var requests: [String: Int]
  /// Every request by its method and resource, such as `PUT /vmrest/portgroups/ID/portgroupservers/ID`.
  package var calls: [String: Int]
  /// Requests with POST, PUT, DELETE or another unsafe method that came with good credentials.
  package var writes: Int
  /// Requests that came with good Basic credentials and were let in: each is a login.
  package var logins: Int
  /// The most requests with Basic credentials, good or not, that came within one second.
  package var mostLoginsInOneSecond: Int
  /// Requests that the throttle answered with 503.
  package var turnedAway: Int
  /// Requests that are being answered now.
  package var inFlight: Int
  /// The most requests that were ever in flight at one time, those that waited for a slot too.
  package var mostInFlight: Int
  /// The most requests that ever waited for a slot at one time.
  package var mostQueued: Int
  /// Requests that met a fault, by the fault's name.
  package var faults: [String: Int]

  package init(
    requests: [String: Int] = [:], calls: [String: Int] = [:], writes: Int = 0, logins: Int = 0,
    mostLoginsInOneSecond: Int = 0, turnedAway: Int = 0, inFlight: Int = 0, mostInFlight: Int = 0,
    mostQueued: Int = 0, faults: [String: Int] = [:]
  ) {
    self.requests = requests
    self.calls = calls
    self.writes = writes
    self.logins = logins
    self.mostLoginsInOneSecond = mostLoginsInOneSecond
    self.turnedAway = turnedAway
    self.inFlight = inFlight
    self.mostInFlight = mostInFlight
    self.mostQueued = mostQueued
    self.faults = faults
  }

  /// Begins to count anew; what is in flight stays so.
  mutating func reset() {
    self = SandboxCounts(inFlight: inFlight, mostInFlight: inFlight)
  }

  /// The counts as `GET /sandbox/log` shows them.
  var json: [UInt8] {
    var writer = JSONTextWriter()
    writer.beginObject()
    writer.counts("requests", requests)
    writer.counts("calls", calls)
    let numbers = [
      ("writes", writes), ("logins", logins), ("mostLoginsInOneSecond", mostLoginsInOneSecond),
      ("turnedAway", turnedAway), ("inFlight", inFlight), ("mostInFlight", mostInFlight),
      ("mostQueued", mostQueued),
    ]
    for (name, count) in numbers {
      writer.key(name)
      writer.number(count)
    }
    writer.counts("faults", faults)
    writer.endObject()
    writer.endLine()
    return writer.takeBytes()
  }
}

extension HTTPMethod {
  /// The name under which requests are counted: clients must not be able to make up names without end.
  var countedName: String {
    [.get, .head, .post, .put, .delete].contains(self) ? rawValue : "other"
  }
}

extension JSONTextWriter {
  /// Adds an object of counts, in the order of their names.
  fileprivate mutating func counts(_ name: String, _ counts: [String: Int]) {
    key(name)
    beginObject()
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      key(name)
      number(count)
    }
    endObject()
  }
}
