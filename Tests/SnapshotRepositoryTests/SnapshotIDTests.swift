import FoundationEssentials
import SnapshotRepository
import Testing

@Suite struct SnapshotIDTests {
  @Test func `a name has the moment and a suffix`() {
    let id = SnapshotID(Date(timeIntervalSince1970: 1_795_839_300), suffix: "ab3f")
    #expect(id.text == "20261128T041500Z-ab3f")
    #expect(SnapshotID(id.text) == id)
  }

  @Test(arguments: [
    "", "20261128T041500Z", "20261128T041500Z-AB3F", "20261128t041500z-ab3f",
    "20261128T041500Z-ab3f.json", "../../../../etc/pass", "2026112٨T041500Z-ab3",
  ])
  func `other texts are no names`(text: String) { #expect(SnapshotID(text) == nil) }

  @Test(arguments: [-1e300, -62_135_596_801, 253_402_300_800, 1e300])
  func `a clock far off gives a name of the same form`(seconds: Double) {
    let id = SnapshotID(Date(timeIntervalSince1970: seconds), suffix: "0000")
    #expect(SnapshotID(id.text) == id)
  }
}
