// The ledger: one SQLite file that books runs, rows, intents and outcomes.

import Bytes
package import FoundationEssentials
import Glibc
internal import PortGroupModel
internal import SQLiteStore
internal import Synchronization

/// The book of runs and rows; the only module that knows its SQL.
///
/// Writes share commits with other writers; they return when they are durable, or are left as a
/// ``LedgerWrite`` that tells.
/// Reads answer at once, from a second connection. Long lists come as a ``LedgerCursor``.
package final class Ledger: Sendable {
  package enum Location: Sendable, Equatable {
    /// A file, made where it is not there; its folder must exist.
    case file(String)
    /// A file in the system's temporary folder that goes when the ledger does.
    case throwaway
    /// A copy of a ledger in the system's temporary folder that goes when the ledger does.
    case copy(of: String)
    /// A copy of the files alone, for a ledger on a disk that takes no writing: as they stand at this moment.
    ///
    /// While another process writes, what was recorded last may be missing.
    case snapshot(of: String)
  }

  /// What the ledger takes from the world around it.
  package struct Environment: Sendable {
    package var now: @Sendable () -> Date
    /// Four characters that tell runs of one second apart.
    package var runSuffix: @Sendable () -> String
    package var owner: ProcessIdentity
    /// Time since some fixed moment, by a clock that nobody sets.
    package var uptime: @Sendable () -> Duration
    /// Where what the ledger holds is saved if its own folder is gone; must exist.
    package var spareFolder: String?
    /// Whether what is written survives a power loss; tests do without, and survive the end of a process only.
    package var survivesPowerLoss = true

    package init(
      now: @escaping @Sendable () -> Date = { Date() },
      runSuffix: @escaping @Sendable () -> String = { RunID.randomSuffix() },
      owner: ProcessIdentity = .current,
      uptime: @escaping @Sendable () -> Duration = { Moment.now().uptime },
      spareFolder: String? = nil, survivesPowerLoss: Bool = true
    ) {
      self.now = now
      self.runSuffix = runSuffix
      self.owner = owner
      self.uptime = uptime
      self.spareFolder = spareFolder
      self.survivesPowerLoss = survivesPowerLoss
    }
  }

  /// The file's path.
  package let path: String
  let environment: Environment
  private let file: FileIdentity?
  private let writer: GroupCommitQueue
  private let reader: Mutex<Database>
  /// When this process began with a run, on the clock of `environment.uptime`.
  let begun = Mutex<[RunID: Duration]>([:])
  private let rescue: LedgerRescue
  /// How many rows this process has staged, by run.
  let staged = Mutex<[RunID: Int]>([:])
  /// The last group that was claimed, by the number of the run.
  let claims = Mutex<[Int: Int]>([:])
  /// Last, so that a throw-away file goes after its connections.
  private let throwaway: ThrowawayFolder?

  /// Opens the ledger, and removes what processes that died while staging have left in it.
  package static func open(
    _ location: Location, environment: Environment = Environment()
  ) throws(LedgerError) -> Ledger {
    switch location {
    case .file(let path):
      return try Ledger(path, in: nil, environment)
    case .throwaway:
      let folder = try ThrowawayFolder()
      return try Ledger(folder.path + "/ledger.sqlite", in: folder, environment)
    case .copy(let original):
      let folder = try ThrowawayFolder()
      let path = folder.path + "/ledger.sqlite"
      do {
        try Database(.file(original)).run("VACUUM INTO ?1", [.text(path)])
      } catch {
        throw LedgerError(error, in: original)
      }
      return try Ledger(path, in: folder, environment)
    case .snapshot(let original):
      let folder = try ThrowawayFolder()
      let path = folder.path + "/ledger.sqlite"
      do {
        try LedgerOwnership(original).check()
        // The log holds what the file lacks; its index is made anew.
        for part in ["", "-wal"] where FileManager.default.fileExists(atPath: original + part) {
          try FileManager.default.copyItem(atPath: original + part, toPath: path + part)
        }
      } catch let error as LedgerError {
        throw error
      } catch {
        throw LedgerError(
          .cannotOpen, "the ledger \(original) cannot be copied (\(Self.reason(error)))",
          hint: "set TMPDIR to a folder with room that can be written")
      }
      return try Ledger(path, in: folder, environment)
    }
  }

  private init(
    _ path: String, in throwaway: ThrowawayFolder?, _ environment: Environment
  ) throws(LedgerError) {
    let rescue = LedgerRescue(
      path, spareFolder: environment.spareFolder, isThrowaway: throwaway != nil)
    do {
      if throwaway == nil { try LedgerOwnership(path).check() }
      let database = try Database(
        .file(path),
        options: DatabaseOptions(durable: throwaway == nil && environment.survivesPowerLoss))
      try database.adopt(LedgerSchema.schema)
      try Ledger.removeLeftovers(in: database)
      let file = database.file
      writer = GroupCommitQueue(database) { error, database in rescue.explain(error, database) }
      let reader = try Database(.file(path), options: DatabaseOptions(readOnly: true))
      guard reader.file == file else { throw SQLiteError.moved(path) }
      self.reader = Mutex(reader)
      self.file = file
    } catch {
      throw LedgerError(error, in: path)
    }
    self.path = path
    self.rescue = rescue
    self.throwaway = throwaway
    self.environment = environment
  }

  /// The system's words for why a file was not copied.
  private static func reason(_ error: any Error) -> String {
    let cause = unsafe (error as? CocoaError)?.userInfo["NSUnderlyingError"] as? POSIXError
    return cause.map { SystemReason.text($0.code.rawValue) } ?? "\(error)"
  }

  /// Runs `work` in the next shared transaction; it is durable when this returns.
  ///
  /// It may run twice, where that transaction fails, and must change nothing but the database.
  func write<Value: Sendable>(
    _ work: @escaping @Sendable (Database) throws -> Value
  ) async throws(LedgerError) -> Value {
    try await submit(work).value()
  }

  /// Leaves `work` for the next shared transaction, behind all that was left before; it may run twice, too.
  func submit<Value: Sendable>(
    _ work: @escaping @Sendable (Database) throws -> Value
  ) -> LedgerWrite<Value> {
    LedgerWrite(writer.submit(work), path: path)
  }

  /// Runs a short query; it sees all writes that have returned.
  func read<Value: Sendable>(
    _ work: @Sendable (Database) throws -> Value
  ) throws(LedgerError) -> Value {
    do {
      return try reader.withLock { database in try work(database) }
    } catch {
      throw LedgerError(error, in: path)
    }
  }

  /// Notes that this process works on a run from now on.
  func begin(_ run: RunID) {
    begun.withLock { $0[run] = environment.uptime() }
    rescue.note(run)
  }

  /// A long query on a connection of its own; an error where another file lies at the path by now.
  func cursor<Element: Sendable>(
    _ sql: String, _ values: [SQLValue],
    make: @escaping @Sendable (inout ColumnReader) throws -> Element
  ) throws(LedgerError) -> LedgerCursor<Element> {
    do {
      guard FileIdentity(at: path) == file else { throw moved() }
      let database = try Database(.file(path), options: DatabaseOptions(readOnly: true))
      guard database.file == file else { throw moved() }
      return LedgerCursor(try Cursor(database, sql, values, make: make), path: path)
    } catch {
      throw LedgerError(error, in: path)
    }
  }

  /// What to tell where the ledger's file is another one by now; what it holds is saved first.
  private func moved() -> any Error {
    reader.withLock { database in rescue.explain(SQLiteError.moved(path), database) }
  }
}
