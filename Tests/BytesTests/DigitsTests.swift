import Bytes
import Testing

@Suite struct DigitsTests {
  @Test(
    arguments: [
      ("0", 0), ("123456789", 123_456_789), ("1234567890", nil), ("01", nil), ("", nil),
      ("-1", nil),
      ("1a", nil),
    ] as [(String, Int?)])
  func `a plain number is read from bytes`(text: String, number: Int?) {
    #expect(Array(text.utf8).span.plainNumber == number)
  }

  @Test(arguments: [
    (0.0, 1, "0.0"), (0.25, 1, "0.3"), (99.94, 1, "99.9"), (99.95, 1, "100.0"), (2.5, 0, "3"),
    (-0.04, 1, "0.0"), (-1.25, 1, "-1.3"), (1.0005, 3, "1.001"), (1e300, 1, "900000000000000.0"),
    (.infinity, 0, "9000000000000000"),
  ])
  func `a number is shown with a number of digits after the point`(
    number: Double, decimals: Int, text: String
  ) {
    #expect(number.fixedPoint(decimals) == text)
  }

  @Test func `digits and texts are padded`() {
    #expect(7.digits(3) == "007")
    #expect(1_234.digits(3) == "1234")
    #expect("7%".padded(to: 4) == "  7%")
    #expect("12345".padded(to: 4) == "12345")
  }
}
