import Bytes
package import FoundationEssentials
package import PortGroupModel
package import SQLStores
internal import Synchronization

/// The ledger: one file that records runs, rows, intents and outcomes; all of its SQL is in this module.
///
/// Writes share commits with other writers. They return when they are durable, or return a
/// ``LedgerWrite`` at once, whose result is awaited later. Long lists are ``LedgerPages``.
package final class Ledger: Sendable {
  package enum Location: Sendable, Equatable {
    /// A file, created if it does not exist; its folder must exist.
    case file(String)
    /// A file in the system's temporary folder, removed with the ledger.
    case throwaway
    /// A copy of a ledger in the system's temporary folder, removed with the ledger.
    case copy(of: String)
    /// A copy of the files as they are at this moment, for a ledger on a read-only disk.
    ///
    /// If another process is writing, the last records may be missing.
    case snapshot(of: String)
  }

  /// What the ledger needs from its environment.
  package struct Environment: Sendable {
    package var now: @Sendable () -> Date
    /// Four characters that distinguish runs of the same second.
    package var runSuffix: @Sendable () -> String
    /// The process that owns the runs that it begins or resumes.
    package var owner: RunOwner
    /// Returns what is known of the process that owns a run; the ledger does not find that out itself.
    package var ownerState: @Sendable (RunOwner) -> OwnerState
    /// Returns what is recorded about this process when it begins or resumes a run.
    package var session: @Sendable () -> SessionOpening = { SessionOpening() }
    /// Called when this process begins or resumes a run.
    package var onBegin: @Sendable (RunID) -> Void = { _ in }
    /// What a store checks first in each write transaction; `nil` for no check.
    package var fence: SQLFence?
    /// Time since a fixed moment, by a clock that is never set.
    package var uptime: @Sendable () -> Duration
    /// The folder where the content is saved if the ledger's own folder is gone; must exist.
    package var spareFolder: String?
    /// Opens the store in which the ledger is.
    package var openStore: StoreOpener = FileStore.opener
    /// Whether what is written survives a power loss; tests do without, and survive the end of a process only.
    package var survivesPowerLoss = true

    package init(
      now: @escaping @Sendable () -> Date = { Date() },
      runSuffix: @escaping @Sendable () -> String = { RunID.randomSuffix() },
      owner: RunOwner = .nobody,
      ownerState: @escaping @Sendable (RunOwner) -> OwnerState = { _ in .unknown },
      fence: SQLFence? = nil,
      uptime: @escaping @Sendable () -> Duration = { ContinuousClock.now - Ledger.clockStart },
      spareFolder: String? = nil, survivesPowerLoss: Bool = true
    ) {
      self.now = now
      self.runSuffix = runSuffix
      self.owner = owner
      self.ownerState = ownerState
      self.fence = fence
      self.uptime = uptime
      self.spareFolder = spareFolder
      self.survivesPowerLoss = survivesPowerLoss
    }
  }

  /// From when the default clock of ``Environment/uptime`` counts.
  package static let clockStart = ContinuousClock.now
  /// The file's path.
  package let path: String
  /// The file, and those beside it that belong to it.
  package var files: [String] { FileStore.files(of: path) }
  let environment: Environment
  private let store: any SQLStore
  /// When this process began to work on each run, by `environment.uptime`.
  let startTimes = Mutex<[RunID: Duration]>([:])
  private let rescue: LedgerRescue
  /// The number of rows that this process has staged, by run.
  let staged = Mutex<[RunID: Int]>([:])
  /// How many files this process has recorded, by run.
  let fileCounts = Mutex<[RunID: Int]>([:])
  /// The last property, so that a throw-away file is removed after its connections are closed.
  private let throwaway: ThrowawayFolder?

  /// Opens the ledger, and removes rows of processes that died while staging.
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
        try FileStore.copy(original, to: path)
      } catch {
        throw LedgerError(error, in: original)
      }
      return try Ledger(path, in: folder, environment)
    case .snapshot(let original):
      let folder = try ThrowawayFolder()
      let path = folder.path + "/ledger.sqlite"
      try LedgerOwnership(original).check()
      do {
        try FileStore.copyFiles(original, to: path)
      } catch {
        throw LedgerError(
          .noTemporaryFolder, "the ledger \(original) cannot be copied (\(error.reason))",
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
      store = try environment.openStore(
        path,
        StoreOptions(
          schema: LedgerSchema.schema(environment.ownerState),
          durable: throwaway == nil && environment.survivesPowerLoss, fence: environment.fence,
          needsCleaning: { session in
            try Ledger.hasLeftovers(in: session, environment.ownerState)
          },
          clean: { session in
            try Ledger.removeLeftovers(in: session, environment.ownerState)
          }, explain: rescue.explain))
    } catch {
      throw LedgerError(error, in: path)
    }
    self.path = path
    self.rescue = rescue
    self.throwaway = throwaway
    self.environment = environment
  }

  /// Runs `work` in the next shared transaction; it is durable when this returns.
  ///
  /// It may run twice, because a failed transaction is repeated, and must change nothing but the
  /// database.
  func write<Value: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Value
  ) async throws(LedgerError) -> Value {
    try await submit(work).value()
  }

  /// Queues `work` for the next shared transaction, after all earlier work; it may run twice, too.
  func submit<Value: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Value
  ) -> LedgerWrite<Value> {
    LedgerWrite(store.submit(work), path: path)
  }

  /// Runs short queries on one state of the ledger, which includes all writes that have returned.
  func read<Value: Sendable>(
    _ work: @Sendable (any SQLSession) throws -> Value
  ) async throws(LedgerError) -> Value {
    do {
      return try await store.read(work)
    } catch {
      throw LedgerError(error, in: path)
    }
  }

  /// Returns unused space to the file system.
  func compact() throws(LedgerError) -> Bool {
    do {
      return try store.compact()
    } catch {
      throw LedgerError(error, in: path)
    }
  }

  /// Records that this process works on a run from now on.
  func begin(_ run: RunID) {
    startTimes.withLock { $0[run] = environment.uptime() }
    rescue.note(run)
    environment.onBegin(run)
  }
}
