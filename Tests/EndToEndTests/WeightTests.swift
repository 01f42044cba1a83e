// What the program must not carry along.

import Foundation
import TestSupport
import Testing

@Suite struct WeightTests {
  /// ICU is three times as large as all the rest, and whole Foundation needs it.
  @Test func `the program contains neither ICU nor the whole of Foundation`() throws {
    let program = try Data(contentsOf: URL(filePath: Package.program), options: .alwaysMapped)
    for name in ["_FoundationICU", "libFoundation.so", "icudt", "FoundationInternationalization"] {
      #expect(program.range(of: Data(name.utf8)) == nil, "\(name)")
    }
    // What is looked for is found where it is.
    #expect(program.range(of: Data("FoundationEssentials".utf8)) != nil)
  }
}
