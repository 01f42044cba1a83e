/// Why a plan file cannot be used: nothing of it was sent.
package struct PlanFault: Error, Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// The system's reason.
    case unreadable(String)
    case notAPlan
    /// A newer version of cupibulk has made it.
    case newer(Int)
    /// It has no last line.
    case cut
    /// A line is not as cupibulk writes it; the reason is a clause.
    case line(Int, String)
    /// All lines are well-formed, but they do not belong together; the reason is a clause.
    case changed(String)
  }

  /// As the user named it.
  package var file: String
  package var kind: Kind

  package init(_ file: String, _ kind: Kind) {
    self.file = file
    self.kind = kind
  }

  /// One sentence without its full stop.
  package var message: String {
    switch kind {
    case .unreadable(let reason): "\(file) cannot be read: \(reason)"
    case .notAPlan: "\(file) is not a plan of cupibulk"
    case .newer(let format):
      "\(file) is a plan of format \(format), which a newer version of cupibulk has made; this one reads format "
        + "\(PlanHead.format)"
    case .cut: "\(file) has no last line: it was cut, or is still being copied"
    case .line(let line, let reason): "\(file):\(line): the plan was changed: \(reason)"
    case .changed(let reason): "\(file) was changed: \(reason)"
    }
  }
}
