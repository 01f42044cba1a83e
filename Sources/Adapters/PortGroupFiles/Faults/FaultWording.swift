import BulkFiles
import PortGroupModel

/// One fault of an input file in words, without its place; each kind of fault has a file here.
struct FaultWording {
  /// What is wrong, as one clause without a full stop.
  let message: String
  /// What to do about it; empty if the message is enough.
  let hint: Hint

  init(_ message: String, hint: Hint = "") {
    self.message = message
    self.hint = hint
  }

  init(_ reason: FaultReason) {
    self =
      switch reason {
      case .file(let fault): Self.file(fault)
      case .csv(let fault): Self.csv(fault)
      case .document(let fault): Self.document(fault)
      case .limit(let fault): Self.limit(fault)
      }
  }

  private static func limit(_ fault: LimitFault) -> FaultWording {
    let unread = "; the rest of the file was not read"
    let shorten = Hint("shorten it", .raiseFieldLimit)
    return switch fault {
    case .field(let bytes, isQuoted: false):
      FaultWording("a field is longer than \(bytes) bytes", hint: shorten)
    case .field(let bytes, isQuoted: true):
      FaultWording(
        "a field is longer than \(bytes) bytes" + unread,
        hint: "most likely its quote is not closed")
    case .record(let bytes, isQuoted: false):
      FaultWording("a row is longer than \(bytes) bytes", hint: shorten)
    case .record(let bytes, isQuoted: true):
      FaultWording(
        "a row is longer than \(bytes) bytes" + unread, hint: "most likely a quote is not closed")
    case .fields(let limit):
      FaultWording(
        "a record has more than \(limit) fields", hint: "most likely this is another kind of file")
    }
  }
}

extension Diagnostic {
  /// Describes a fault of a file in words.
  init(_ fault: InputFault, file: String) {
    let wording = FaultWording(fault.reason)
    let before = fault.recordsBefore.map { count in
      count == 1 ? " (1 complete record came before)" : " (\(count) complete records came before)"
    }
    self.init(
      .error, DiagnosticCode(rawValue: fault.kind.rawValue) ?? .fileUnreadable,
      at: Place(
        file: file, line: fault.line, column: fault.column, record: fault.record,
        field: fault.field, value: fault.reason.value),
      wording.message + (before ?? ""), hint: wording.hint)
  }
}
