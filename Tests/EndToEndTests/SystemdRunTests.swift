import Foundation
import Glibc
import TestSupport
import Testing

/// The units of `schedule backup`, started by a real systemd.
///
/// It is a manager of root's own services, in a mount namespace with its own `/run`: it applies the settings of units of
/// the machine as the first process of a machine does, and nothing of it is left.
@Suite struct SystemdRunTests {
  private static let manager = "/lib/systemd/systemd"

  private static func canRun() async throws -> Bool {
    guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: manager) else {
      return false
    }
    return try await Confined.canMount()
  }

  /// Starts the manager, and with it the service `$1`; prints the result.
  private static let script = """
    mount --make-rshared / && mount -t tmpfs tmpfs /run && cd /run || exit 1
    mkdir -p systemd/system systemd/seats systemd/inaccessible lock manager && chmod 1777 lock && chmod 700 manager
    cd systemd/inaccessible && mkdir dir && touch reg && mkfifo fifo && mknod chr c 0 0 && mknod blk b 0 0 && chmod 000 *
    cd /
    unset CUPIBULK_LOCK_FOLDER
    export XDG_RUNTIME_DIR=/run/manager SYSTEMD_UNIT_PATH="$UNITS":/usr/lib/systemd/user
    timeout 120 \(manager) --user >/dev/null 2>&1 &
    until systemctl --user list-jobs >/dev/null 2>&1; do kill -0 $! || exit 1; sleep 0.05; done
    systemctl --user start cupibulk-backup.service 2>/dev/null
    echo "start $?"
    systemctl --user show cupibulk-backup.service -p Result -p ExecMainStatus -p StatusText
    kill $!
    wait
    """

  /// What stands for `backup run`: it shows its words, tries what is forbidden, and works with the server.
  private static func job(_ folder: String, _ url: String) -> String {
    """
    #!/bin/sh
    exec >\(folder)/out/text 2>&1
    for word; do echo "[$word]"; done
    cat "$CREDENTIALS_DIRECTORY/cupibulk-ping-url"
    grep CapEff /proc/self/status
    touch /etc/cupibulk-test \(folder)/more 2>/dev/null && echo "everything may be written"
    cd "\(folder)/my repo %n" && \(Package.program) export --target \(url) --username admin -o x.csv
    \(Package.program) import x.csv --target \(url) --username admin --quiet; echo "import $?"
    ls /run/lock "$STATE_DIRECTORY"
    # Only the first process of the service may report its status.
    exec python3 -c "
    import os, socket
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    connection.sendto(b'STATUS=Reading 3 of 12', os.environ['NOTIFY_SOCKET'])
    os._exit(8)"
    """
  }

  @Test(.enabled("root, systemd and mounts are needed") { try await canRun() })
  func `a job of the machine may do what it must, and no more`() async throws {
    let bench = try await Workbench()
    let folder = bench.folder
    for name in ["out", "my repo %n", "units", "config"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: true)
    }
    try folder.writeSecret("https://h.example/uuid\n", to: "ping")
    try folder.write(Self.job(folder.path, bench.sandbox.url), to: "job")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: folder.path("job"))
    let run = try await folder.run([
      "schedule", "backup", "--system", "--at", "04:15", "--target", bench.sandbox.url,
      "--username=-$HOME %p \"x\"", "--repo", folder.path("my repo %n"), "--password-file",
      folder.path("password"),
      "--ping-url-file", folder.path("ping"), "--metrics-file", folder.path("out/job.prom"),
      "--program", folder.path("job"),
    ])
    let unit = try #require(
      run.output.firstRange(of: "\n# /etc/systemd/system/cupibulk-backup.timer"))
    try folder.write(
      String(run.output[..<unit.lowerBound]), to: "units/cupibulk-backup.service")

    let shown = try await ProgramRun.run(
      Array(Confined.withMounts.dropFirst()) + [Self.script], program: Confined.withMounts[0],
      in: folder.path,
      environment: [
        "UNITS": folder.path("units"), "XDG_CONFIG_HOME": folder.path("config"),
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
      ])
    #expect(
      shown.output == """
        start 1
        StatusText=Reading 3 of 12
        Result=exit-code
        ExecMainStatus=8

        """, "\(shown.messages)")
    let text = ProgramRun.withoutAnnouncements(try folder.read("out/text"))
      .replacing(bench.sandbox.url, with: "URL").replacing(folder.path, with: "FOLDER")
    #expect(
      text == """
        [backup]
        [run]
        [--repo]
        [FOLDER/my repo %n]
        [--target]
        [URL]
        [--username=-$HOME %p "x"]
        [--metrics-file]
        [FOLDER/out/job.prom]
        [--ping-url-file]
        [/run/manager/credentials/cupibulk-backup.service/cupibulk-ping-url]
        https://h.example/uuid
        CapEff:\t0000000000000000
        Exported 9 servers of URL to x.csv (csv).
        import 0
        /run/lock:
        cupibulk

        FOLDER/config/cupibulk:
        ledger.sqlite

        """)
    #expect(!FileManager.default.fileExists(atPath: "/etc/cupibulk-test"))
  }
}

extension TemporaryFolder {
  /// Runs the program here.
  fileprivate func run(_ arguments: [String]) async throws -> ProgramRun {
    let run = try await ProgramRun.run(arguments, in: path)
    try #require(run.status == 0, "\(run.messages)")
    return run
  }
}
