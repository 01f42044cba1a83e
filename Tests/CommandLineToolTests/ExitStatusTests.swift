// The exit code of every combination of results of a run.

import BatchEngine
import RowLedger
import SnapshotRepository
import Testing
import UnityConnection

@testable import CommandLineTool

@Suite struct ExitStatusTests {
  @Test func `the codes are those that scripts rely on`() {
    let codes = ExitStatus.allCases.map(\.rawValue)
    #expect(codes == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 129, 130, 143])
  }

  /// A result of a run, and its code.
  private struct Trait: Sendable {
    var code: Int32
    var applies: @Sendable (Books, RunStop?) -> Bool
  }

  private static let serverError = ServerError(.forbidden, server: "", call: "", detail: "")
  private static let excess = DeleteExcess(deletions: 2, allowed: 1, limit: .rows(1), rows: 3)

  private static func ledger(_ kind: LedgerError.Kind) -> RunStop {
    .ledger(LedgerError(kind, "", hint: ""))
  }

  /// All traits, the most severe first, in the order of the design.
  private static let order = [
    Trait(code: 130) { $1 == .interrupted || $1 == .aborted },
    Trait(code: 143) { $1 == .terminated },
    Trait(code: 7) { $1 == .refused(serverError) || $1 == .wrongTarget("") },
    Trait(code: 6) { books, _ in books.inDoubt > 0 },
    Trait(code: 8) { $1 == .tooManyDeletes(excess) },
    Trait(code: 1) { [.server(""), ledger(.other), .lockFailed(""), .output("")].contains($1) },
    Trait(code: 3) { books, _ in books.failed > 0 },
    Trait(code: 5) { books, stop in
      stop == .gaveUp(after: .seconds(600), reason: "") || stop == .nameUnknown("")
        || books.pending > 0
    },
    Trait(code: 4) { books, stop in stop == .input || books.invalid > 0 },
    Trait(code: 11) { $1 == ledger(.locked) },
    Trait(code: 0) { _, _ in true },
  ]

  static let stops: [RunStop?] = [
    nil, .interrupted, .terminated, .aborted, .gaveUp(after: .seconds(600), reason: ""),
    .refused(serverError), .wrongTarget(""), .server(""), ledger(.other), ledger(.locked),
    .tooManyDeletes(excess), .lockFailed(""), .output(""), .input, .nameUnknown(""),
  ]

  @Test(arguments: stops)
  func `if several codes apply, the most severe is used`(stop: RunStop?) throws {
    for bits in 0..<32 {
      func one(_ bit: Int) -> Int { bits >> bit & 1 }
      var books = Books()
      books.inDoubt = one(0)
      books.failed = one(1)
      books.pending = one(2)
      books.invalid = one(3)
      books.created = one(4)
      books.read = (0..<5).map(one).reduce(0, +)
      let expected = try #require(Self.order.first { $0.applies(books, stop) })
      #expect(Self.status(books, stop).rawValue == expected.code, "\(books)")
    }
  }

  @Test(arguments: stops)
  func `books that do not balance are the most severe failure`(stop: RunStop?) {
    var books = Books()
    books.read = 2
    books.created = 1
    #expect(Self.status(books, stop) == .failure)
  }

  @Test func `a refused file is invalid, although its valid rows are pending`() {
    var books = Books()
    books.read = 3
    books.invalid = 1
    books.pending = 2
    #expect(Self.status(books, nil, wasRefused: true) == .inputInvalid)
  }

  private static let faults: [(RepositoryFault.Cause, Int32)] = [
    (.locked("r", by: "", isOwn: false), 11), (.notACopy("c"), 8), (.isCopy("r"), 7),
    (.reference(.noSuchTarget("T", [])), 7), (.reference(.unknown("x")), 1),
    (.reference(.noGood(target: "T")), 1), (.noRepository("r"), 1), (.notEmpty("r"), 1),
    (.damagedSettings("r"), 1), (.newerFormat("r", 2), 1), (.notLockable("why"), 1),
    (.file(FileFault("f", .notRegular)), 1), (.readBack("f"), 1), (.manifestMissing("m"), 1),
    (.manifestDamaged("m"), 1), (.objectMissing("o"), 1), (.objectDamaged("o"), 1),
    (.chainBroken("c", line: 1), 9), (.reference(.uncertain(target: "T")), 9),
    (.otherRepository("c"), 1),
  ]

  @Test(arguments: faults)
  func `a fault of a repository has its code, also as the end of a run`(
    cause: RepositoryFault.Cause, code: Int32
  ) {
    let fault = RepositoryFault(cause)
    #expect(CommandFailure(fault).status.rawValue == code)
    #expect(RunStop.repository(fault).status.rawValue == code)
    #expect(RunStop.repository(fault).sentence == CommandFailure(fault).message)
  }

  private static func status(
    _ books: Books, _ stop: RunStop?, wasRefused: Bool = false
  ) -> CommandLineTool.ExitStatus {
    CommandLineTool.ExitStatus(
      RunResult(run: nil, books: books, stop: stop, wasRefused: wasRefused))
  }
}
