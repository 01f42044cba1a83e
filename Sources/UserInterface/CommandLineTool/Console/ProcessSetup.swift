import CProcess
import Glibc

/// Prepares the process; must be called before a thread is started or a file is opened.
package enum ProcessSetup {
  /// The minimum number of open files; libdispatch crashes below about 18.
  private static let fewestFiles: rlim_t = 64
  /// The minimum address space, 1 GiB: every thread reserves a stack and a heap, and with less the process
  /// crashes or hangs.
  private static let leastMemory: rlim_t = 1 << 30
  /// The minimum number of threads: libdispatch waits forever if it cannot start any.
  private static let fewestThreads = 16

  /// Prepares the process.
  ///
  /// - Returns: Why the process cannot run, as a line for standard error; `nil` if it can.
  package static func prepare() -> String? {
    occupyStandardDescriptors()
    forbidCoreDumps()
    // libcurl and GnuTLS would write the keys of every connection to the file in this variable.
    unsafe unsetenv("SSLKEYLOGFILE")
    raiseFileLimit()
    return refusal(files: softLimit(RLIMIT_NOFILE), memory: softLimit(RLIMIT_AS))
      ?? (canStartThreads ? nil : tooFewThreads)
  }

  /// The environment variables; must be read before a thread is started, because any thread may change them.
  ///
  /// Foundation's `ProcessInfo` is not used, because it would load much of Foundation into memory.
  package static var environment: [String: String] {
    var environment: [String: String] = [:]
    var next = unsafe cupibulk_environment()
    while let place = unsafe next, let entry = unsafe place.pointee {
      let text = unsafe String(cString: entry)
      if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
        // If a name occurs twice, the first one counts, as for getenv(3).
        let value = String(text[text.utf8.index(after: equals)...])
        environment[String(text[..<equals])] = environment[String(text[..<equals])] ?? value
      }
      unsafe next = place + 1
    }
    return environment
  }

  /// Why the program cannot run with these limits (setrlimit(2)); memory in bytes; `nil` if it can.
  private static func refusal(files: rlim_t, memory: rlim_t) -> String? {
    if files < fewestFiles {
      return
        "cupibulk: This process may open only \(files) files, and needs at least \(fewestFiles); "
        + "raise the hard limit (ulimit -Hn, or LimitNOFILE= of a systemd unit)\n"
    }
    if memory < leastMemory {
      return
        "cupibulk: This process may use only \(memory >> 20) MiB of address space, and needs at least "
        + "\(leastMemory >> 20); raise the limit (ulimit -v, or LimitAS= of a systemd unit)\n"
    }
    return nil
  }

  /// Opens /dev/null as each standard descriptor that is closed, so that no ledger or socket becomes one.
  ///
  /// It is opened in the wrong direction: reading from standard input, and writing to the other two, fails
  /// as on a closed descriptor, so that lost output is still reported.
  private static func occupyStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free descriptor is this one, because those below it are open by now.
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Keeps the password in memory from being written to a disk, or read by other programs of the user.
  ///
  /// The limit also applies to child processes. It is one byte instead of 0, because Linux starts a program of
  /// core_pattern (`|`) with every limit except 1.
  private static func forbidCoreDumps() {
    _ = cupibulk_forbid_dumps()
    change(RLIMIT_CORE) { limit in
      limit.rlim_max = min(1, limit.rlim_max)
      limit.rlim_cur = limit.rlim_max
    }
  }

  private static let tooFewThreads =
    "cupibulk: This process can start fewer than \(fewestThreads) threads; raise the limit of the user's processes "
    + "(ulimit -u, or TasksMax= of a systemd unit), or end programs that are not needed\n"

  /// True if the necessary number of threads can be started now; they end again.
  ///
  /// Only a test can show that, because limits of the user, the container and the machine apply.
  private static var canStartThreads: Bool {
    // Each thread waits until all have been started.
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    defer { unsafe gate.deallocate() }
    unsafe pthread_mutex_init(gate, nil)
    unsafe pthread_mutex_lock(gate)
    var started: [pthread_t] = []
    for _ in 1...fewestThreads {
      var thread = pthread_t()
      let code = unsafe pthread_create(
        &thread, nil,
        { gate in
          let gate = unsafe gate?.assumingMemoryBound(to: pthread_mutex_t.self)
          guard let gate = unsafe gate else { return nil }
          unsafe pthread_mutex_lock(gate)
          unsafe pthread_mutex_unlock(gate)
          return nil
        }, gate)
      guard code == 0 else { break }
      started.append(thread)
    }
    unsafe pthread_mutex_unlock(gate)
    for thread in started { pthread_join(thread, nil) }
    unsafe pthread_mutex_destroy(gate)
    return started.count == fewestThreads
  }

  private static func raiseFileLimit() {
    change(RLIMIT_NOFILE) { limit in limit.rlim_cur = limit.rlim_max }
  }

  private static func softLimit(_ resource: __rlimit_resource) -> rlim_t {
    var limit = rlimit(rlim_cur: .max, rlim_max: .max)
    _ = unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    return limit.rlim_cur
  }

  /// Changes a limit; if the system refuses, the old limit stays.
  private static func change(_ resource: __rlimit_resource, _ body: (inout rlimit) -> Void) {
    let number = __rlimit_resource_t(resource.rawValue)
    var limit = rlimit()
    guard unsafe getrlimit(number, &limit) == 0 else { return }
    body(&limit)
    _ = unsafe setrlimit(number, &limit)
  }
}
