import CommandLineTool
import Foundation
import Testing

@Suite struct SignalWatcherTests {
  @Test func `the first signal and later ones are distinguished`() async {
    let (events, continuation) = AsyncStream.makeStream(of: String.self)
    // Signals that are not used elsewhere; the test sends them to its own process.
    let watcher = SignalWatcher(
      [SIGUSR1, SIGUSR2], first: { continuation.yield("first \($0 == SIGUSR1)") },
      further: { continuation.yield("further \($0 == SIGUSR2)") }, graceSeconds: 3_600,
      end: { _ in })
    var iterator = events.makeAsyncIterator()
    kill(getpid(), SIGUSR1)
    #expect(await iterator.next() == "first true")
    kill(getpid(), SIGUSR2)
    #expect(await iterator.next() == "further true")
    withExtendedLifetime(watcher) {}
  }

  @Test func `the process ends after the second signal while a handler is blocked`() async {
    let (ends, continuation) = AsyncStream.makeStream(of: Int32.self)
    let (firsts, called) = AsyncStream.makeStream(of: Void.self)
    let blocked = DispatchSemaphore(value: 0)
    let watcher = SignalWatcher(
      [SIGURG],
      first: { _ in
        called.yield()
        blocked.wait()
      }, further: { _ in }, graceSeconds: 0, end: { continuation.yield($0) })
    kill(getpid(), SIGURG)
    for await _ in firsts { break }
    kill(getpid(), SIGURG)
    for await number in ends {
      #expect(number == SIGURG)
      break
    }
    blocked.signal()
    withExtendedLifetime(watcher) {}
  }

  @Test(arguments: [(SIGWINCH, false), (SIGPROF, true)])
  func `a signal after the end is handled only if one came before`(
    number: Int32, sends: Bool
  ) async {
    let (firsts, called) = AsyncStream.makeStream(of: Void.self)
    do {
      let watcher = SignalWatcher([number], first: { _ in called.yield() }, further: { _ in })
      if sends {
        kill(getpid(), number)
        for await _ in firsts { break }
      }
      withExtendedLifetime(watcher) {}
    }
    var action = sigaction()
    let result = unsafe sigaction(number, nil, &action)
    #expect(result == 0)
    let isHandled = unsafe action.__sigaction_handler.sa_handler != nil
    #expect(isHandled == sends, "the default action is 0, see signal(7)")
  }
}
