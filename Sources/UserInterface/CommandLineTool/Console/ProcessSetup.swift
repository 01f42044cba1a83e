// What a process must have, and must not have, before the program begins: descriptors, memory, threads; core dumps, key logs.

import CProcess
import Glibc

/// Prepares the process; to be called before anything starts a thread or opens a file.
package enum ProcessSetup {
  /// The fewest open files that the program works with; libdispatch crashes below about 18.
  private static let fewestFiles: rlim_t = 64
  /// The least address space, 1 GiB: every thread reserves a stack and a heap, and too little crashes or hangs.
  private static let leastMemory: rlim_t = 1 << 30
  /// The fewest threads that the program works with: libdispatch waits for ever where it can start none.
  private static let fewestThreads = 16

  /// Prepares the process.
  ///
  /// - Returns: Why it cannot run, as a line for standard error; `nil` where it can.
  package static func prepare() -> String? {
    occupyStandardDescriptors()
    forbidCoreDumps()
    // libcurl and GnuTLS would write the keys of every connection to the file that it names.
    unsafe unsetenv("SSLKEYLOGFILE")
    raiseFileLimit()
    return refusal(files: softLimit(RLIMIT_NOFILE), memory: softLimit(RLIMIT_AS))
      ?? (canStartThreads ? nil : tooFewThreads)
  }

  /// The variables of the process; to be read before a thread is started, as any thread may change them.
  ///
  /// Not Foundation's `ProcessInfo`, which would bring much of Foundation into memory for this alone.
  package static var environment: [String: String] {
    var environment: [String: String] = [:]
    var next = unsafe cupibulk_environment()
    while let place = unsafe next, let entry = unsafe place.pointee {
      let text = unsafe String(cString: entry)
      if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
        // Where a name comes twice, the first counts, as for getenv(3).
        let value = String(text[text.utf8.index(after: equals)...])
        environment[String(text[..<equals])] = environment[String(text[..<equals])] ?? value
      }
      unsafe next = place + 1
    }
    return environment
  }

  /// Why the program does not begin under these limits (setrlimit(2)); memory in bytes.
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
  /// It is opened the wrong way round: reading from standard input, and writing to the other two, fails as
  /// it does on a closed descriptor, so that lost output is still reported.
  private static func occupyStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is this one: those below it are open by now.
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Keeps the password in memory from being written to a disk, or read by other programs of the user.
  ///
  /// The limit holds for programs that this one starts, too. It is one byte instead of none: Linux hands a dump
  /// to a program (`|` in core_pattern) under every limit but 1.
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

  /// True if as many threads as are needed can be started now; they end again.
  ///
  /// Trying is the only way to know: the limits of the user, of the container and of the machine all count.
  private static var canStartThreads: Bool {
    // Each thread waits at the gate until all have been started.
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

  /// Changes a limit; where the system refuses, the old one stays.
  private static func change(_ resource: __rlimit_resource, _ body: (inout rlimit) -> Void) {
    let number = __rlimit_resource_t(resource.rawValue)
    var limit = rlimit()
    guard unsafe getrlimit(number, &limit) == 0 else { return }
    body(&limit)
    _ = unsafe setrlimit(number, &limit)
  }
}
