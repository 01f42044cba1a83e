import CommandLineTool
import Testing

@Suite struct QuantityTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func `thousands are separated`(number: Int, text: String) {
    #expect(Quantity.count(number) == text)
  }

  @Test(arguments: [(0, "0 rows"), (1, "1 row"), (1234, "1,234 rows")])
  func `a count has a singular and a plural`(number: Int, text: String) {
    #expect(Quantity.count(number, "row") == text)
  }

  @Test func `words with an irregular plural have it`() {
    #expect(Quantity.count(2, "proxy", "proxies") == "2 proxies")
  }

  @Test(arguments: [
    (Duration.zero, "0s"), (.milliseconds(40), "0s"), (.milliseconds(420), "0.4s"),
    (.milliseconds(999), "0.9s"), (.seconds(-3), "0s"), (.seconds(1), "1s"), (.seconds(59), "59s"),
    (.seconds(125), "2m 05s"), (.seconds(3600), "1h 00m"), (.seconds(3725), "1h 02m"),
    (.seconds(86400 * 3 + 4 * 3600), "3d 04h"),
  ])
  func `a time has its two largest units`(duration: Duration, text: String) {
    #expect(Quantity.time(duration) == text)
  }

  @Test(arguments: [
    (0.0, "0.0/s"), (0.05, "3/min"), (0.1, "0.1/s"), (12.34, "12.3/s"), (99.96, "100/s"),
    (1234.5, "1,235/s"),
  ])
  func `a rate has about three digits`(rate: Double, text: String) {
    #expect(Quantity.rate(rate) == text)
  }
}
