import RowLedger
import Testing

@testable import BatchEngine

/// The waits of a run, in elapsed time.
@Suite struct WaitTallyTests {
  @Test func `workers that wait at the same time for one cause count once`() {
    let tally = WaitTally()
    tally.begin(.busy, at: .seconds(0))
    tally.begin(.busy, at: .seconds(2))
    tally.end(.busy, at: .seconds(5))
    tally.begin(.settling, at: .seconds(5))
    tally.end(.busy, at: .seconds(7))
    tally.end(.settling, at: .seconds(9))
    tally.begin(.busy, at: .seconds(20))
    tally.end(.busy, at: .seconds(21))
    #expect(
      tally.take() == [
        .busy: WaitSum(count: 3, time: .seconds(8)),
        .settling: WaitSum(count: 1, time: .seconds(4)),
      ])
    #expect(tally.take() == [:])
  }

  @Test func `a wait that continues when the counts are taken is counted when it ends`() {
    let tally = WaitTally()
    tally.begin(.busy, at: .seconds(1))
    #expect(tally.take() == [.busy: WaitSum(count: 1, time: .zero)])
    tally.end(.busy, at: .seconds(4))
    tally.end(.busy, at: .seconds(9))
    #expect(tally.take() == [.busy: WaitSum(count: 0, time: .seconds(3))])
  }
}
