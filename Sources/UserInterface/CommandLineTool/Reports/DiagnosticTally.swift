package import PortGroupModel
import Synchronization

/// Counts diagnostics, and limits how many of them are printed; thread-safe.
///
/// A file with a million invalid rows usually has one mistake: the first lines show it, and a sum covers the
/// rest.
package final class DiagnosticTally: Sendable {
  /// How many diagnostics are printed.
  package enum Limit: Sendable {
    case all
    /// A total number, for one screen.
    case inAll(Int)
    /// A number for each code, and about a number of bytes in total, for a log.
    case ofEachCode(Int, bytes: Int)
  }

  /// The diagnostics of one code that were not printed.
  private struct Rest {
    var severity: Diagnostic.Severity
    var count = 0
    /// The places of the first of them.
    var places: [Place] = []
  }

  private struct State {
    var counts: [Diagnostic.Severity: Int] = [:]
    var printed: [DiagnosticCode: Int] = [:]
    var printedBytes = 0
    var rest: [DiagnosticCode: Rest] = [:]
  }

  private let limit: Limit
  private let state = Mutex(State())

  package init(_ limit: Limit = .all) { self.limit = limit }

  /// Counts a diagnostic; returns false if it must not be printed.
  package func count(_ diagnostic: Diagnostic) -> Bool {
    state.withLock { state in
      state.counts[diagnostic.severity, default: 0] += 1
      if isPrinted(diagnostic, state) {
        state.printed[diagnostic.code, default: 0] += 1
        // Only the texts count; the rest of a line is short.
        state.printedBytes += diagnostic.message.utf8.count + diagnostic.fullHint.utf8.count + 60
        return true
      }
      var rest = state.rest[diagnostic.code] ?? Rest(severity: diagnostic.severity)
      rest.count += 1
      if rest.places.count < Self.placesShown { rest.places.append(diagnostic.place) }
      state.rest[diagnostic.code] = rest
      return false
    }
  }

  private func isPrinted(_ diagnostic: Diagnostic, _ state: State) -> Bool {
    switch limit {
    case .all: true
    case .inAll(let most): state.printed.values.reduce(0, +) < most
    case .ofEachCode(let most, let bytes):
      state.printed[diagnostic.code, default: 0] < most && state.printedBytes < bytes
    }
  }

  private static let placesShown = 3
  /// The number that a terminal shows without `--all-errors`: one screen.
  static let shownOnTerminal = 20
  /// The number for each code in a log without `--all-errors`.
  static let shownOfEachCode = 1_000

  package subscript(severity: Diagnostic.Severity) -> Int {
    state.withLock { $0.counts[severity] ?? 0 }
  }

  /// `3 errors, 1 warning`; empty if there were none.
  package var text: String {
    [(Diagnostic.Severity.error, "error"), (.warning, "warning")]
      .filter { self[$0.0] > 0 }
      .map { Quantity.count(self[$0.0], $0.1) }
      .joined(separator: ", ")
  }

  /// The diagnostics that were not printed: a line for each code with its first places, the most frequent first;
  /// or `nil`.
  package var restText: String? {
    let rest = state.withLock(\.rest)
    guard !rest.isEmpty else { return nil }
    let sum = rest.values.map(\.count).reduce(0, +)
    let sorted = rest.sorted {
      ($1.value.count, $0.key.rawValue) < ($0.value.count, $1.key.rawValue)
    }
    let lines = sorted.map { code, rest in
      let places = rest.places.map { $0.line > 0 ? "\($0.file):\($0.line)" : $0.file }
      let more = rest.count > places.count ? ", …" : ""
      return "  \(Quantity.count(rest.count)) \(rest.severity.rawValue)[\(code.rawValue)]: "
        + places.joined(separator: ", ").escapedForDisplay + more
    }
    return (["… and \(Quantity.count(sum)) more (--all-errors prints each):"] + lines)
      .joined(separator: "\n")
  }
}
