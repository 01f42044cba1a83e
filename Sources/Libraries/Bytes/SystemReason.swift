internal import Glibc

/// The messages of the system for error numbers.
package enum SystemReason {
  /// The message for an `errno`, such as `No such file or directory`, without a full stop.
  ///
  /// If the system's message does not show whose limit it is, what to do follows after a semicolon.
  package static func text(_ code: Int32) -> String {
    switch code {
    case EMFILE:
      "too many open files in this process; raise its limit (ulimit -n, or LimitNOFILE= of a systemd unit)"
    case ENFILE:
      "too many open files on this machine; end programs that are not needed, or raise fs.file-max"
    case EDQUOT: "your disk quota is used up"
    default: unsafe String(cString: strerror(code))
    }
  }
}
