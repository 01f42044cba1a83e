internal import CSpawn
import Foundation
import Synchronization

/// A program in a process of its own, with pipes to it.
///
/// Not Foundation's `Process`: before each start it copies the names of all open files, each with more
/// bytes than the name has, and crashes where many files are open.
final class ChildProcess: Sendable {
  let processID: pid_t
  /// The end of a pipe that reads what the program writes to standard output; its taker closes it.
  let output: Int32
  /// The same for standard error.
  let messages: Int32
  private let input: Int32
  private let ended = Mutex<Int32?>(nil)

  /// Starts a program with no other open files than the three pipes, and signals as a shell gives them.
  ///
  /// - Parameters:
  ///   - words: The program's path and its arguments.
  ///   - folder: Its working folder.
  ///   - environment: All its variables.
  ///   - whenEnded: Called on a thread of its own once `status` is known.
  /// - Throws: `POSIXError` if it cannot be started.
  init(
    _ words: [String], in folder: String, environment: [String: String],
    whenEnded: @escaping @Sendable () -> Void
  ) throws {
    // A program that has ended does not read: that is no reason for the tests to end.
    signal(SIGPIPE, SIG_IGN)
    let (input, output, messages) = (try Pipe(), try Pipe(), try Pipe())
    let (theirs, ours) = (
      [input.reading, output.writing, messages.writing],
      [input.writing, output.reading, messages.reading]
    )
    let (child, reason) = Self.start(words, folder, environment, theirs)
    for descriptor in theirs { close(descriptor) }
    guard reason == 0 else {
      for descriptor in ours { close(descriptor) }
      throw POSIXError(POSIXErrorCode(rawValue: reason) ?? .EINVAL)
    }
    (self.input, self.output, self.messages) = (ours[0], ours[1], ours[2])
    processID = child
    Thread.detachNewThread { [self] in
      awaitEnd()
      whenEnded()
    }
  }

  /// The exit status, or minus the number of the signal that ended it; nil while it runs.
  var status: Int32? { ended.withLock { $0 } }

  /// Sends a signal, unless it has ended.
  func send(signal: Int32) {
    // Under the lock its number is still its own.
    ended.withLock { ended in if ended == nil { kill(processID, signal) } }
  }

  /// Writes all that the program can read from standard input.
  func feed(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(input, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    close(input)
  }

  private func awaitEnd() {
    var information = unsafe siginfo_t()
    // The process is left to be reaped until its end is known here, so that no other gets its number before.
    while unsafe waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) != 0,
      errno == EINTR
    {}
    ended.withLock { ended in
      var status: Int32 = 0
      while unsafe waitpid(processID, &status, 0) < 0, errno == EINTR {}
      ended = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    }
  }

  private struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      guard unsafe pipe(&ends) == 0 else {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE)
      }
      (reading, writing) = (ends[0], ends[1])
    }
  }

  private static func start(
    _ words: [String], _ folder: String, _ environment: [String: String], _ pipes: [Int32]
  ) -> (child: pid_t, reason: Int32) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (number, pipe) in pipes.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, pipe, Int32(number))
    }
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    unsafe posix_spawn_file_actions_addchdir_np(&actions, folder)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    // A group of its own: what is typed at the tests' terminal is not for it.
    unsafe posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    var child = pid_t()
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
    let reason = unsafe posix_spawn(
      &child, words[0], &actions, &attributes, &arguments, &variables)
    return (child, reason)
  }
}
