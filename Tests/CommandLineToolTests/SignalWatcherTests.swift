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

  // In processes of their own, and not with SIGPROF, which libdispatch never blocks: it would be raised for ever.

  @Test func `after a signal, a second one that comes after the end ends with its exit code`() async
  {
    await #expect(processExitsWith: .exitCode(128 + SIGVTALRM)) {
      let (firsts, called) = AsyncStream.makeStream(of: Void.self)
      do {
        let watcher = SignalWatcher([SIGVTALRM], first: { _ in called.yield() }, further: { _ in })
        kill(getpid(), SIGVTALRM)
        for await _ in firsts { break }
        withExtendedLifetime(watcher) {}
      }
      // Repeatedly, because the source that is being cancelled may still take one.
      for _ in 1...1_000 {
        kill(getpid(), SIGVTALRM)
        usleep(10_000)
      }
    }
  }

  @Test func `without a signal before, one that comes after the end has its usual effect`() async {
    await #expect(processExitsWith: .signal(SIGVTALRM)) {
      do {
        let watcher = SignalWatcher([SIGVTALRM], first: { _ in }, further: { _ in })
        withExtendedLifetime(watcher) {}
      }
      kill(getpid(), SIGVTALRM)
      sleep(10)
    }
  }

  @Test func `watchers that follow each other all see their signals`() async {
    await #expect(processExitsWith: .success) {
      for _ in 1...20 {
        let (firsts, called) = AsyncStream.makeStream(of: Void.self)
        let watcher = SignalWatcher([SIGVTALRM], first: { _ in called.yield() }, further: { _ in })
        kill(getpid(), SIGVTALRM)
        for await _ in firsts { break }
        withExtendedLifetime(watcher) {}
      }
      exit(0)
    }
  }

  @Test func `signals that come while others are registered do not block`() async {
    await #expect(processExitsWith: .success) {
      // Ends a process that hangs.
      alarm(30)
      let (starts, started) = AsyncStream.makeStream(of: Void.self)
      let first = SignalWatcher(
        [SIGVTALRM], first: { _ in started.yield() }, further: { _ in }, graceSeconds: 3_600,
        end: { _ in })
      Thread.detachNewThread { while true { kill(getpid(), SIGVTALRM) } }
      for await _ in starts { break }
      for number in [SIGUSR1, SIGUSR2, SIGURG, SIGWINCH, SIGIO, SIGPWR, SIGTTIN, SIGTTOU] {
        let (firsts, called) = AsyncStream.makeStream(of: Void.self)
        let other = SignalWatcher([number], first: { _ in called.yield() }, further: { _ in })
        kill(getpid(), number)
        for await _ in firsts { break }
        withExtendedLifetime(other) {}
      }
      withExtendedLifetime(first) { exit(0) }
    }
  }
}
