// Counts what is wrong with the input, and bounds how much of it is printed.

package import PortGroupModel
import Synchronization

/// Counts diagnostics from any thread, and says which of them are printed.
///
/// A file of a million wrong rows usually has one mistake: the first lines show it, and a sum covers the rest.
package final class DiagnosticTally: Sendable {
  /// How many are printed.
  package enum Limit: Sendable {
    case all
    /// So many in all: as many as one screen shows.
    case inAll(Int)
    /// So many of each code, and no more than so many bytes in all, about: for a log.
    case ofEachCode(Int, bytes: Int)
  }

  /// What was kept back of one code.
  private struct Rest {
    var severity: Diagnostic.Severity
    var count = 0
    /// The places of the first ones.
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

  /// Counts one; false if it is not to be printed.
  package func count(_ diagnostic: Diagnostic) -> Bool {
    state.withLock { state in
      state.counts[diagnostic.severity, default: 0] += 1
      if isPrinted(diagnostic, state) {
        state.printed[diagnostic.code, default: 0] += 1
        // The texts themselves; what is around them is short.
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
  /// How many a terminal shows without `--all-errors`: as many as one screen has room for.
  static let shownOnTerminal = 20
  /// How many of each code a log gets without `--all-errors`.
  static let shownOfEachCode = 1_000

  package subscript(severity: Diagnostic.Severity) -> Int {
    state.withLock { $0.counts[severity] ?? 0 }
  }

  /// `3 errors, 1 warning`; empty if there was neither.
  package var text: String {
    [(Diagnostic.Severity.error, "error"), (.warning, "warning")]
      .filter { self[$0.0] > 0 }
      .map { Quantity.count(self[$0.0], $0.1) }
      .joined(separator: ", ")
  }

  /// What was not printed, a line for each code with its first places, the most frequent first; nil if nothing.
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
