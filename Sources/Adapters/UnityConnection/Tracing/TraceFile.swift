package import FoundationEssentials
import Glibc
import HTTPMessages
package import HTTPTransfers
import JSONStreams
import Synchronization
import Bytes

/// A file of exchanges without secrets: one JSON object per line.
///
/// Each line is written to the system at once, so that it is not lost if the program crashes. Only the owner may
/// read the file. An existing trace is continued at its end.
package final class TraceFile: Sendable {
  /// Why there is no trace; one clause for users.
  package struct Failure: Error, Sendable, Equatable {
    package let detail: String
  }

  /// The number of bytes of a body that are shown.
  package static let bodyLimit = 64 << 10

  private struct State {
    var redaction = TraceRedaction()
    var count = 0
    var hasFailed = false
  }

  private let descriptor: Int32
  private let state = Mutex(State())
  private let now: @Sendable () -> Date
  private let onFailure: @Sendable (String) -> Void

  /// Opens the file (`open`, mode 0600).
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - now: The current time.
  ///   - onFailure: Called once, with one clause, if a line cannot be written; tracing then ends.
  /// - Throws: `Failure` if the file cannot be opened, cannot be made private, belongs to another user, or is not a
  ///   trace.
  package init(
    _ path: String, now: @escaping @Sendable () -> Date = { Date() },
    onFailure: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(Failure) {
    do throws(AppendedFile.Failure) {
      descriptor = try AppendedFile.open(path, ofKind: "a trace") {
        $0.starts(with: Self.beginning)
      }
    } catch {
      throw Failure(detail: error.detail)
    }
    self.now = now
    self.onFailure = onFailure
  }

  deinit { close(descriptor) }

  private static let beginning = Array(#"{"time":""#.utf8)

  /// Writes one exchange; may be called from any thread.
  package func write(_ trace: ExchangeTrace) {
    let failure = state.withLock { state -> String? in
      guard !state.hasFailed else { return nil }
      state.count += 1
      let response = try? trace.result.get()
      state.redaction.learn(trace.request, response)
      let line = Self.line(trace, number: state.count, at: now(), state.redaction)
      guard let failure = append(line) else { return nil }
      state.hasFailed = true
      return failure
    }
    if let failure { onFailure(failure) }
  }

  private static func line(
    _ trace: ExchangeTrace, number: Int, at end: Date, _ redaction: TraceRedaction
  ) -> [UInt8] {
    var line = JSONTextWriter()
    func add(_ key: String, _ text: String?) {
      guard let text else { return }
      line.key(key)
      line.string(text)
    }
    func add(_ key: String, number: String) {
      line.key(key)
      line.number(number)
    }
    let start = end.addingTimeInterval(-(trace.duration / .seconds(1)))
    line.beginObject()
    add("time", start.ISO8601Format(.init(includingFractionalSeconds: true)))
    add("number", number: String(number))
    add("method", trace.request.method.rawValue)
    add("path", redaction.clean(trace.request.target))
    switch trace.result {
    case .success(let response): add("status", number: String(response.status))
    case .failure(let error):
      add("error", redaction.clean("\(error.cause.rawValue): \(error.detail)"))
      line.key("mayHaveReached")
      line.bool(error.mayHaveReached)
    }
    add("ms", number: (trace.duration / .milliseconds(1)).fixedPoint(3))
    add("firstByteMs", number: (trace.firstByte / .milliseconds(1)).fixedPoint(3))
    add("sent", number: String(trace.request.body.count))
    add("received", number: String(trace.bodyBytesReceived))
    add("requestType", trace.request.headerFields["Content-Type"].map(redaction.clean))
    add("request", Self.text(trace.request.body, redaction))
    if case .success(let response) = trace.result {
      add("responseType", response.headerFields["Content-Type"].map(redaction.clean))
      add("response", Self.text(response.body, redaction))
    }
    line.endObject()
    line.endLine()
    return line.takeBytes()
  }

  /// The beginning of a body; binary data could contain a secret and is not shown.
  private static func text(_ body: [UInt8], _ redaction: TraceRedaction) -> String? {
    guard !body.isEmpty else { return nil }
    guard !body.contains(0), String(validating: body, as: UTF8.self) != nil else {
      return "(\(body.count) bytes that are no text)"
    }
    guard body.count > bodyLimit else {
      return redaction.clean(String(decoding: body, as: UTF8.self))
    }
    // Searches twice the shown size, so that a secret at the truncation point is found as a whole.
    let more = redaction.clean(String(decoding: body.prefix(2 * bodyLimit), as: UTF8.self))
    return String(decoding: more.utf8.prefix(bodyLimit), as: UTF8.self) + "… (cut)"
  }

  /// Appends a line; returns the reason if that fails, or else `nil`.
  private func append(_ line: [UInt8]) -> String? {
    let code = Descriptor.write(line, to: descriptor)
    return code == 0 ? nil : SystemReason.text(code)
  }
}
