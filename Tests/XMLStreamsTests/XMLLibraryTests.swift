import Testing

@testable import XMLStreams

@Suite struct XMLLibraryTests {
  @Test(arguments: [
    ("20914", "2.9.14"), ("20914-GITv2.9.14", "2.9.14"), ("21203", "2.12.3"), ("", nil),
    ("v2", nil), ("914", nil), ("99999999999999999999", nil),
  ])
  func `the number becomes a version`(text: String, version: String?) {
    #expect(XMLLibrary.version(ofNumber: text) == version)
  }
}
