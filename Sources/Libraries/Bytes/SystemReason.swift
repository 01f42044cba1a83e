// What the system says about a call that failed, in words for whoever has to mend it.

internal import Glibc

/// The system's words for an error number.
package enum SystemReason {
  /// The words for an `errno`, such as `No such file or directory`, without a full stop.
  ///
  /// Where the system's own words do not tell whose limit it is, what to do follows after a semicolon.
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
