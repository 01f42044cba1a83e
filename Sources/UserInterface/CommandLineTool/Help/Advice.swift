/// What to type next: a clause, and the command line that it announces.
package struct Advice: Sendable, Equatable {
  package let clause: String
  /// A whole command line, in which capitals are replaced by what they mean.
  package let line: String

  init(_ clause: String, _ line: String) {
    self.clause = clause
    self.line = line
  }

  /// Both parts, such as `rows are deleted with: cupibulk import …`.
  package var text: String { "\(clause): \(line)" }
}
