import CommandLineTool
import Foundation
import Testing

@Suite struct SignalWatcherTests {
  @Test func `the first signal and the further ones are told apart`() async {
    let (events, continuation) = AsyncStream.makeStream(of: String.self)
    // Signals that nobody else sends; the test's own process gets them.
    let watcher = SignalWatcher([SIGUSR1, SIGUSR2]) {
      continuation.yield("first \($0 == SIGUSR1)")
    } further: {
      continuation.yield("further \($0 == SIGUSR2)")
    }
    var iterator = events.makeAsyncIterator()
    kill(getpid(), SIGUSR1)
    #expect(await iterator.next() == "first true")
    kill(getpid(), SIGUSR2)
    #expect(await iterator.next() == "further true")
    withExtendedLifetime(watcher) {}
  }
}
