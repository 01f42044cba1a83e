// Moments as text: the same as Foundation's, and parsed back.

import Foundation
import TestSupport
import Testing

@testable import RowLedger

@Suite struct TimestampTests {
  private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  @Test func `a moment has the same text as in Foundation`() throws {
    var generator = SeededGenerator(seed: 8601)
    let edges = [
      0, 0.001, 0.9994, 0.9999, -0.001, 951_782_400, 1_709_164_799.999, 4_102_444_799.9996,
      253_402_300_799.999, -62_135_596_800,
    ]
    let times =
      edges + (1...2_000).map { _ in Double.random(in: -2e9...2e10, using: &generator) }
    for time in times {
      let date = Date(timeIntervalSince1970: time)
      #expect(Timestamp.text(date) == date.formatted(Self.style), "\(time)")
    }
  }

  @Test func `a moment is read back with milliseconds`() throws {
    let date = Date(timeIntervalSince1970: 1_795_720_502.12)
    #expect(Timestamp.text(date) == "2026-11-26T19:15:02.119Z")
    let read = try #require(Timestamp.date(Timestamp.text(date)))
    #expect(abs(read.timeIntervalSince(date)) <= 0.001)
  }
}
