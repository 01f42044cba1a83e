// The entry point for libFuzzer: one program for all harnesses, chosen by the program's name.

import BulkFiles
import UnityConnection

/// The harnesses by name; each takes an input, and stops the program if a promise does not hold.
private let harnesses: [String: @Sendable ([UInt8]) -> Void] = [
  "csv": { checkRecords($0, .csv) },
  "xml": { checkRecords($0, .xml) },
  "json": { checkRecords($0, .json) },
  "headers": checkHeaders,
  "cookies": checkCookies,
  "dates": checkDates,
  "errors": checkErrors,
  "wire-xml": { checkWire($0, .xml) },
  "wire-json": { checkWire($0, .json) },
  "ledger": checkLedgerTexts,
  "ini": checkINI,
]

/// The harness of the program's name, such as `fuzz-csv`.
private let harness: @Sendable ([UInt8]) -> Void = {
  let program = CommandLine.arguments[0].split(separator: "/").last ?? ""
  guard let harness = harnesses[String(program.dropFirst("fuzz-".count))] else {
    fatalError("\(program): call it fuzz-NAME, with a NAME of \(harnesses.keys.sorted())")
  }
  return harness
}()

/// Stops the program if a promise does not hold; `precondition` prints no message in optimised code.
func require(_ holds: Bool, _ promise: @autoclosure () -> String) {
  guard holds else { fatalError("not so: \(promise())") }
}

/// The function that libFuzzer calls for each input, found by its C name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  harness(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
