import Glibc
import Bytes
import Testing

@Suite struct SystemReasonTests {
  @Test(arguments: [
    (ENOENT, "No such file or directory"),
    (
      EMFILE,
      "too many open files in this process; raise its limit (ulimit -n, or LimitNOFILE= of a systemd unit)"
    ),
    (
      ENFILE,
      "too many open files on this machine; end programs that are not needed, or raise fs.file-max"
    ),
    (EDQUOT, "your disk quota is used up"),
  ])
  func `an error number has a message`(code: Int32, words: String) {
    #expect(SystemReason.text(code) == words)
  }
}
