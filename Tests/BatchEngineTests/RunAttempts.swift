// Begins and performs a run, as the command line does.

import BulkFiles
import RowLedger
import Testing
import UnityConnection

@testable import BatchEngine

extension EngineRig {
  /// The ending of the only run, of which only the attempt was kept.
  func onlyAttempt() async throws -> RunEnding? {
    let runs = try await ledger.runs()
    #expect(runs.count == 1 && runs.allSatisfy { !$0.isStaged && $0.rowCount == 0 })
    return runs.first?.ending
  }
}

extension Importer {
  func run(on client: ConnectionClient) async -> RunResult {
    do {
      return await perform(try await setting.ledger.beginStaging(opening), on: client)
    } catch {
      return RunResult(run: nil, books: nil, stop: .ledger(error))
    }
  }
}

extension ChildRun {
  func run(on client: ConnectionClient) async -> RunResult {
    do {
      return await perform(try await setting.ledger.beginStaging(opening), on: client)
    } catch {
      return RunResult(run: nil, books: nil, stop: .ledger(error))
    }
  }
}

extension Exporter {
  func run(
    on client: ConnectionClient, to path: String? = nil,
    write: (Int, LedgerPages<ExportedServer>) async throws -> Void
  ) async throws(LedgerError) -> ExportResult {
    let run = try await setting.ledger.beginStaging(opening(for: path ?? "-"))
    return await perform(run, on: client, to: path) { count, servers in
      try await write(count, servers)
      return path.flatMap { ContentDigest(of: $0) }
    }
  }
}

extension Restorer {
  func run(on client: ConnectionClient) async -> RunResult {
    do {
      return await perform(try await setting.ledger.beginStaging(opening), on: client)
    } catch {
      return RunResult(run: nil, books: nil, stop: .ledger(error))
    }
  }
}
