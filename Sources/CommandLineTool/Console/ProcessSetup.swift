// What a process must have, and must not have, before the program begins: descriptors, core dumps, key logs.

import Glibc

/// Prepares the process; to be called before anything starts a thread or opens a file.
package enum ProcessSetup {
  /// The fewest open files that the program works with; libdispatch crashes below about 18.
  private static let fewestFiles: rlim_t = 64
  /// The least address space, 1 GiB: every thread reserves a stack and a heap, and too little crashes or hangs.
  private static let leastMemory: rlim_t = 1 << 30

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

  /// Allows core dumps of one byte, so that no password in memory is written to a disk.
  ///
  /// One instead of none: Linux hands a dump to a program (`|` in core_pattern) under every limit but 1.
  private static func forbidCoreDumps() {
    change(RLIMIT_CORE) { limit in
      limit.rlim_max = min(1, limit.rlim_max)
      limit.rlim_cur = limit.rlim_max
    }
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
