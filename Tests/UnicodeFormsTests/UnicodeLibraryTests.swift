import Testing

@testable import UnicodeForms

@Suite struct UnicodeLibraryTests {
  @Test(arguments: [(0x010000, "1.0"), (0x01_01_00, "1.1"), (0x00_09_0A, "0.9.10"), (0, nil)])
  func `the number becomes a version`(number: Int, version: String?) {
    #expect(UnicodeLibrary.version(ofNumber: number) == version)
  }
}
