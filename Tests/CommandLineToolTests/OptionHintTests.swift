// Hints that name an option or a command: their whole texts, and a check that every name exists.

import BatchEngine
import BulkFiles
import HTTPTransfers
import PortGroupModel
import RowLedger
import Testing
import UnityConnection

@testable import CommandLineTool

@Suite struct OptionHintTests {
  @Test(arguments: [
    (
      Hint("shorten it", .raiseFieldLimit),
      "shorten it, or pass --max-field BYTES if the length is right"
    ),
    (Hint("", .template), "`cupibulk template` prints an example"),
    (
      Hint("name the columns", .template), "name the columns; `cupibulk template` prints an example"
    ),
    (Hint("", .nameFormat), "pass --format csv, xml or json"),
    (Hint("write digits"), "write digits"),
    (Hint("", nil), ""),
  ])
  func `a hint and the option that helps are joined`(hint: Hint, text: String) {
    let diagnostic = Diagnostic(.error, .fieldTooLong, at: Place(file: "f"), "wrong", hint: hint)
    #expect(diagnostic.fullHint == text)
  }

  @Test(arguments: [
    (
      DiagnosticCode.portOutOfRange, "", "if your server accepts it, pass --allow port-out-of-range"
    ),
    (
      .skinnyNotSCCP, "leave it out",
      "leave it out, or if your server accepts it, pass --allow skinny-not-sccp"
    ),
    (.totalMismatch, "fix the total", "fix the total, or pass --allow total-mismatch"),
  ])
  func `an error that can be allowed names its code`(
    code: DiagnosticCode, hint: String, text: String
  ) {
    let diagnostic = Diagnostic(
      .error, code, at: Place(file: "f"), "wrong", hint: Hint(hint, .allow))
    #expect(diagnostic.fullHint == text)
  }

  @Test(arguments: [
    (LedgerError.Kind.locked, "wait", "wait, or use another file with --ledger"),
    (.notALedger, "", "use another file with --ledger"),
    (.damaged, "check the disk", "check the disk"),
    (.other, "", ""),
  ])
  func `an error of the ledger shows whether another file helps`(
    kind: LedgerError.Kind, hint: String, text: String
  ) {
    #expect(LedgerError(kind, "wrong", hint: hint).fullHint == text)
  }

  @Test func `a ledger that was saved names the command that continues from the copy`() {
    let error = LedgerError(.moved, "the ledger is gone", hint: "", savedCopy: "/tmp/a b")
    #expect(
      error.fullText
        == "the ledger is gone; continue from there with: cupibulk resume --ledger '/tmp/a b'")
  }

  @Test func `a certificate that is not trusted names the options that trust it`() {
    let error = ServerError(
      .certificateUntrusted, server: "https://cuc", call: "GET /", detail: "self-signed")
    #expect(
      error.fullText
        == "https://cuc: the server is not trusted: self-signed (GET /); "
        + "trust its authority with --ca-cert FILE, or this one key with --tls-pin sha256//… "
        + "(cupibulk target check shows it), or continue unprotected, this once, with --insecure")
  }

  @Test func `a password in an address names the options for it`() {
    let error = #expect(throws: OriginError.self) { try Origin(parsing: "https://a:b@cuc") }
    #expect(
      error?.fullText
        == "target `https://…@cuc`: user name and password do not belong in a URL; "
        + "use --username, and --password-file or the prompt")
  }

  @Test(arguments: [
    (RunStop.interrupted, "by the user", "The run was stopped by Ctrl-C"),
    (
      .tooManyDeletes(DeleteExcess(deletions: 2, allowed: 1, limit: .rows(1), rows: 3)),
      "2 rows would delete, and --max-delete allows 1",
      "Nothing was sent: 2 rows would delete, and --max-delete allows 1"
    ),
    (
      .tooManyDeletes(DeleteExcess(deletions: 1, allowed: 0, limit: .percent(33), rows: 3)),
      "1 row would delete, and --max-delete allows 0 (33% of 3)",
      "Nothing was sent: 1 row would delete, and --max-delete allows 0 (33% of 3)"
    ),
    (
      .tooManyFailed(.rows(1)), "more rows failed than --max-fail 1 allows",
      "The run was stopped, because more rows failed than --max-fail 1 allows"
    ),
    (
      .noSuchGroup("SCP", nearest: "SCCP"),
      "the target has no port group \"SCP\"; did you mean \"SCCP\"?",
      "Nothing was sent: the target has no port group \"SCP\"; did you mean \"SCCP\"?"
    ),
    (
      .noSuchGroup("X", nearest: nil),
      "the target has no port group \"X\", which --only-group asks for",
      "Nothing was sent: the target has no port group \"X\", which --only-group asks for"
    ),
    (
      .ledger(LedgerError(.locked, "the ledger L is locked", hint: "wait")),
      "the ledger L is locked; wait, or use another file with --ledger",
      "The ledger L is locked; wait, or use another file with --ledger"
    ),
  ])
  func `a stopped run has a reason for the ledger and a sentence for the user`(
    stop: RunStop, reason: String, sentence: String
  ) {
    #expect(stop.ending.reason == reason)
    #expect(stop.sentence == sentence)
  }

  @Test func `every option and command in a hint exists`() throws {
    let commands = Command.allPaths()
    let flags = Set(commands.flatMap(\.command.options).map(\.flag))
    let names = Set(commands.map(\.name))
    for hint in allHints {
      #expect(!hint.isEmpty && !hint.hasSuffix("."))
      for match in hint.matches(of: /--[a-z-]+/) {
        #expect(flags.contains(String(match.output)), "\(match.output) in: \(hint)")
      }
      for match in hint.matches(of: /(?:`|: )cupibulk ([a-z]+)/) {
        #expect(names.contains(String(match.output.1)), "\(match.output.1) in: \(hint)")
      }
    }
  }

  private var allHints: [String] {
    let errors: [LedgerError.Kind] = [.locked, .notALedger, .newerVersion, .cannotOpen, .foreign]
    return Remedy.allCases.map { $0.optionHint(for: .portOutOfRange).joined(to: "") }
      + FailureCode.allCases.map(\.hint)
      + errors.map { LedgerError($0, "", hint: "").fullHint }
      + ServerError.Kind.allCases.map {
        ServerError($0, server: "s", call: "c", detail: "d").fullText
      }
  }
}
