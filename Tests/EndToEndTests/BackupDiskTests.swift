import Foundation
import TestSupport
import Testing

/// A repository on a full disk, or on one that cannot be written, is read and restored all the same.
@Suite struct BackupDiskTests {
  private static let looks = [
    "list", "show", "verify", "status", "forget --keep-last 1 --dry-run",
  ]

  /// Shell functions that make a repository in `disk`, and that look at it.
  private static let functions = """
    target='--target sandbox:lab.db'
    make() {
      cupibulk backup init --repo disk/r --drill-age 0s >/dev/null 2>&1
      cupibulk backup run --repo disk/r $target >/dev/null 2>&1
      cp -a disk/r before
    }
    look() {
      for words in \(looks.map { "\"\($0)\"" }.joined(separator: " ")); do
        cupibulk backup $words --repo disk/r >out.txt 2>&1 && [ -s out.txt ] && echo "$words" || cat out.txt
      done
      cupibulk restore disk/r@latest $target --exact --dry-run 2>/dev/null
      cupibulk restore disk/r@latest $target --exact 2>/dev/null | tail -1
    }
    run() { cupibulk backup run --repo disk/r $target; echo "exit code $?"; }

    """

  private static let seenLooks =
    looks.map { $0 + "\n" }.joined() + "Dry run, nothing was sent: 9 unchanged.\n"
    + "All 6 port groups are as the source.\n"

  @Test(
    .enabled("this machine does not allow mounting a small file system") {
      try await Confined.canMount()
    })
  func `on a full disk and on one that is mounted read-only`() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let seen = try await folder.see(
      script: Self.functions + """
        mkdir disk && mount -t tmpfs -o size=512k tmpfs disk
        make
        mount -o remount,ro disk; look; run; mount -o remount,rw disk
        cat /dev/zero >disk/filler 2>/dev/null
        run; cupibulk backup keep --repo disk/r latest --reason xx | tail -1
        for words in list show status; do cupibulk backup $words --repo disk/r >out.txt 2>&1 && echo "$words"; done
        ls disk/r/tmp
        rm disk/filler
        cupibulk backup verify --repo disk/r; run
        """, by: Confined.withMounts)
    #expect(
      seen == Self.seenLooks + """
        cupibulk: sandbox:lab.db: The lock file disk/r/lock cannot be opened: Read-only file system; remove it, or check \
        the permissions of its folder
        exit code 1
        cupibulk: sandbox:lab.db: disk/r/tmp/1: No space left on device
            hint: free some space, and run the command again: nothing was lost
        exit code 1
        sandbox:lab.db: snapshot RUN is kept for ever.
        list
        show
        status
        Read 1 snapshot and 1 object: all as they must be.
        sandbox:lab.db: snapshot RUN, good, 9 servers of 6 port groups, unchanged
        exit code 0
        exit 0
        """)
  }

  @Test func `in a folder that may only be read`() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let seen = try await folder.see(
      script: Self.functions + """
        mkdir disk; make
        chmod -R a-w disk/r; look; run
        chmod -R u+w disk/r; diff -r before disk/r; run
        """, by: Confined.withoutPrivileges)
    #expect(
      seen == Self.seenLooks + """
        cupibulk: sandbox:lab.db: The lock file disk/r/lock cannot be opened: Permission denied; remove it, or check the \
        permissions of its folder
        exit code 1
        sandbox:lab.db: snapshot RUN, good, 9 servers of 6 port groups, unchanged
        exit code 0
        exit 0
        """)
  }
}
