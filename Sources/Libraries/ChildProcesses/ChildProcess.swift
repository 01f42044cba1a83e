// Starts programs in child processes, with posix_spawn(3).
//
// Foundation's `Process` is not used: before each start it copies the names of all open files, each with more bytes
// than the name has, and crashes if many files are open.

internal import Bytes
internal import CSpawn
internal import Glibc
internal import Synchronization

/// A started program, with a pipe to each requested stream.
package final class ChildProcess: Sendable {
  /// What a stream of the program is connected to.
  package enum Stream: Sendable {
    /// The same as this process's stream.
    case inherited
    /// A pipe to this process.
    case pipe
  }

  /// What to start, and how.
  package struct Configuration: Sendable {
    /// The program's path and its arguments.
    package var words: [String]
    /// Its working folder; by default that of this process.
    package var folder: String?
    /// All its environment variables.
    package var environment: [String: String]
    package var input: Stream
    package var output: Stream
    package var messages: Stream
    /// True for a process group of its own, which gets no signals from this process's terminal.
    package var hasOwnGroup: Bool

    package init(
      _ words: [String], folder: String? = nil, environment: [String: String],
      input: Stream = .inherited, output: Stream = .inherited, messages: Stream = .inherited,
      hasOwnGroup: Bool = false
    ) {
      self.words = words
      self.folder = folder
      self.environment = environment
      self.input = input
      self.output = output
      self.messages = messages
      self.hasOwnGroup = hasOwnGroup
    }
  }

  /// Why a program was not started.
  package struct Failure: Error, Equatable {
    /// `errno`.
    package let code: Int32
    /// The system's message for it.
    package var reason: String { SystemReason.text(code) }
  }

  package let processID: Int32
  /// This end of the pipe to standard input, to be closed by its user; `nil` if the stream is inherited.
  package let input: Int32?
  /// This end of the pipe from standard output, to be closed by its user.
  package let output: Int32?
  /// The same for standard error.
  package let messages: Int32?
  private let ended = Mutex<Int32?>(nil)

  /// Starts a program with no open files but its three streams, and with default signals, as a shell does.
  ///
  /// - Throws: `Failure` if it cannot be started.
  package init(_ configuration: Configuration) throws(Failure) {
    var pipes = Pipes()
    do throws(Failure) {
      for (number, stream) in [configuration.input, configuration.output, configuration.messages]
        .enumerated()
      {
        if case .pipe = stream { try pipes.add(for: Int32(number)) }
      }
      processID = try configuration.start(with: pipes.theirs)
    } catch {
      pipes.closeAll()
      throw error
    }
    for descriptor in pipes.theirs.values { close(descriptor) }
    (input, output, messages) = (pipes.ours[0], pipes.ours[1], pipes.ours[2])
  }

  /// The exit status, or minus the number of the signal that ended it; `nil` until `waitForEnd` has returned.
  package var status: Int32? { ended.withLock { $0 } }

  /// Sends a signal, unless its end is known.
  package func send(signal: Int32) {
    // While the lock is held, its number belongs to no other process.
    ended.withLock { ended in if ended == nil { kill(processID, signal) } }
  }

  /// Blocks until the program has ended (waitpid(2)); to be called once.
  ///
  /// - Returns: The exit status, or minus the number of the signal that ended it.
  @discardableResult
  package func waitForEnd() -> Int32 {
    var information = unsafe siginfo_t()
    // The process is not reaped before its end is recorded here, so that its number is not reused before.
    while unsafe waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) != 0,
      errno == EINTR
    {}
    return ended.withLock { ended in
      var status: Int32 = 0
      while unsafe waitpid(processID, &status, 0) < 0, errno == EINTR {}
      let end = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
      ended = end
      return end
    }
  }
}

/// Pipes to a program that will be started; both ends by the number of the stream.
private struct Pipes {
  var ours: [Int32: Int32] = [:]
  var theirs: [Int32: Int32] = [:]

  /// Opens a pipe (pipe2(2)) that other programs started meanwhile do not inherit.
  mutating func add(for stream: Int32) throws(ChildProcess.Failure) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else { throw ChildProcess.Failure(code: errno) }
    let isInput = stream == STDIN_FILENO
    ours[stream] = isInput ? ends[1] : ends[0]
    theirs[stream] = isInput ? ends[0] : ends[1]
  }

  func closeAll() {
    for descriptor in Array(ours.values) + Array(theirs.values) { close(descriptor) }
  }
}

extension ChildProcess.Configuration {
  /// Starts the program with these descriptors as its streams, by number.
  fileprivate func start(with streams: [Int32: Int32]) throws(ChildProcess.Failure) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in streams {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, number)
    }
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    if let folder { unsafe posix_spawn_file_actions_addchdir_np(&actions, folder) }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    let group = hasOwnGroup ? POSIX_SPAWN_SETPGROUP : 0
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group))
    var child = pid_t()
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
    let reason = unsafe posix_spawn(
      &child, words[0], &actions, &attributes, &arguments, &variables)
    guard reason == 0 else { throw ChildProcess.Failure(code: reason) }
    return child
  }
}
