import HTTPMessages
import JSONStreams

/// Counts since the sandbox was created or its log was emptied; requests for control pages are not counted.
package struct SandboxCounts: Sendable, Equatable {
  /// The number of requests by method, including refused ones; `other` for methods that the API does not have.
  package var requests: [String: Int]
  /// The number of requests by method and resource, such as `PUT /vmrest/portgroups/ID/portgroupservers/ID`.
  package var calls: [String: Int]
  /// The number of requests with valid credentials and an unsafe method, such as POST, PUT or DELETE.
  package var writes: Int
  /// The number of admitted requests with valid Basic credentials: each is a login.
  package var logins: Int
  /// The maximum number of requests with Basic credentials, valid or not, within one second.
  package var mostLoginsInOneSecond: Int
  /// The number of requests that the throttle turned away with 503.
  package var turnedAway: Int
  /// The number of requests that are in progress now.
  package var inFlight: Int
  /// The maximum number of requests that were in flight at one time, including those that waited for a slot.
  package var mostInFlight: Int
  /// The maximum number of requests that waited for a slot at one time.
  package var mostQueued: Int
  /// The number of requests with a fault, by the fault's name.
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

  /// Resets the counts; requests in flight remain counted as such.
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
  /// The name under which requests are counted: clients must not be able to add an unlimited number of names.
  var countedName: String {
    [.get, .head, .post, .put, .delete].contains(self) ? rawValue : "other"
  }
}

extension JSONTextWriter {
  /// Writes a member with an object of counts, sorted by name.
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
