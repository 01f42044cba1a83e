// How the engine writes to and reads from the ledger: a ledger that fails stops the run.

import RowLedger

/// Runs a piece of bookkeeping; a ledger that fails stops the run.
func booked<Value>(_ work: () throws(LedgerError) -> Value) throws(RunStop) -> Value {
  do throws(LedgerError) {
    return try work()
  } catch {
    throw RunStop(error)
  }
}

/// Runs a piece of bookkeeping that is durable when this returns; a ledger that fails stops the run.
func journaled<Value>(
  _ work: () async throws(LedgerError) -> Value
) async throws(RunStop) -> Value {
  do throws(LedgerError) {
    return try await work()
  } catch {
    throw RunStop(error)
  }
}
