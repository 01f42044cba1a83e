/// The service of a scheduled backup, as a unit file of systemd (docs/decisions/0052).
struct ServiceUnit {
  let backup: ScheduledBackup

  /// The first line of each unit: such a file may be replaced.
  static let marker = "# Written by cupibulk schedule backup"

  /// The beginning of each unit.
  static let heading = """
    \(marker), which replaces this file when it is run again.
    # Changes of your own belong into a drop-in: systemctl edit

    """

  /// The seconds that a clean stop may take besides the requests in flight: to record how the run ended, and to send a ping.
  static let finishing = Duration.seconds(120)

  var text: String {
    let isSystem = backup.manager == .system
    return Self.heading + unitSection(isSystem) + "\n[Service]\n" + process
      + (isSystem ? systemFiles + mounts : userFiles) + restrictions
      + (isSystem ? privileges : "")
  }

  private func unitSection(_ isSystem: Bool) -> String {
    var lines = ["[Unit]", "Description=Backup of port group servers by cupibulk"]
    if isSystem {
      lines += ["Wants=network-online.target", "After=network-online.target"]
      lines += backup.repositories.map { "RequiresMountsFor=\($0.unitWord)" }
    }
    if let unit = backup.onFailure {
      lines.append("OnFailure=\(unit)")
    } else {
      lines += [
        "# To be notified of failures, name a unit that sends a mail or calls a pager:",
        "#OnFailure=alert@%n.service",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Which targets a unit backs up, and into which repository, as its command line says; empty for a timer.
  ///
  /// The words stay as they are quoted there: they only serve to compare two units.
  static func purpose(of unit: [UInt8]) -> Set<[UInt8]> {
    let command = unit.split(separator: UInt8(ascii: "\n")).first {
      $0.starts(with: "ExecStart=".utf8)
    }
    let options = (command ?? []).split(separator: Array(" --".utf8)).filter { words in
      [Option.repo, .scheduledTarget].contains { words.starts(with: $0.flag.utf8.dropFirst(2)) }
    }
    return Set(options.map(Array.init))
  }

  private var process: String {
    let words = backup.words.map { word in
      switch word {
      case .plain(let text): text.unitArgument
      case .credential(let name): "${CREDENTIALS_DIRECTORY}/\(name)"
      }
    }
    let line = ([backup.program.unitWord] + words).joined(separator: " ")
    let stop = Wording.duration(backup.transferTimeout + Self.finishing)
    let secrets = backup.credentials.map { "LoadCredential=\($0.name):\($0.file.unitText)\n" }
    return """
      # A start is over when the backup is. "systemctl status" shows what it does now.
      Type=oneshot
      NotifyAccess=main
      ExecStart=\(line)
      # There is no SuccessExitStatus=: a suspect snapshot (exit code 8), and what is not as asked (9), are failures too.
      # A stop waits for the requests in flight, each at most \(Wording.duration(backup.transferTimeout)); the run that it stops adds no snapshot.
      TimeoutStopSec=\(stop)
      # The first signal is for the program, not for a command that prints the password.
      KillMode=mixed
      \(secrets.joined())
      """
  }

  private var systemFiles: String {
    let account = backup.account.map { "User=\($0.unitText)\n" } ?? ""
    return """
      \(account)# The ledger is in /var/lib/cupibulk.
      StateDirectory=cupibulk
      StateDirectoryMode=0700

      """ + umask
  }

  private var userFiles: String {
    """
    # The ledger is yours, as without systemd, so that "cupibulk runs" shows these runs.
    # ProtectSystem=, ProtectHome= and PrivateTmp= are left out: for units of a user they need a user namespace, in which
    # the files of root belong to nobody, and /etc/cupibulk/targets.ini would be refused.

    """ + umask
  }

  private var umask: String {
    backup.writesMetrics
      ? """
      # Another account reads the metrics; the program closes all its other files to others itself.
      UMask=0022

      """ : "UMask=0027\n"
  }

  /// What the job sees of the file system.
  private var mounts: String {
    let written = (backup.repositories + backup.otherFolders).map { "-" + $0 }
    let paths = (written + ["-/run/lock"]).map { "ReadWritePaths=\($0.unitWord)\n" }.joined()
    return """

      # Everything is read-only, except the ledger, the snapshots and other output, and the locks that keep two runs apart.
      ProtectSystem=strict
      \(paths)\(home)\(temporary)PrivateDevices=yes
      ProtectKernelTunables=yes
      ProtectKernelModules=yes
      ProtectKernelLogs=yes
      ProtectControlGroups=yes
      ProtectClock=yes
      ProtectHostname=yes
      # Not set, because the program must know the files of root and the processes of other runs: PrivateUsers=, ProtectProc=.

      """
  }

  private var allPaths: [String] {
    [backup.program] + backup.repositories + backup.otherFolders + backup.readFiles
  }

  private func isUsed(_ folders: String...) -> Bool {
    allPaths.contains { path in
      folders.contains { path == $0 || path.utf8.starts(with: "\($0)/".utf8) }
    }
  }

  private var home: String {
    isUsed("/home", "/root", "/run/user")
      ? "ProtectHome=read-only\n"
      // Not "yes": the program takes a targets.ini that it may not look for as one that it may not read.
      : "ProtectHome=tmpfs\n"
  }

  private var temporary: String {
    isUsed("/tmp", "/var/tmp")
      ? "# The job uses files in a folder for temporary files.\nPrivateTmp=no\n"
      : "PrivateTmp=yes\n"
  }

  /// What the job may ask of the kernel.
  private var restrictions: String {
    """

    NoNewPrivileges=yes
    LockPersonality=yes
    MemoryDenyWriteExecute=yes
    RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
    RestrictNamespaces=yes
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    SystemCallArchitectures=native
    SystemCallFilter=@system-service
    SystemCallErrorNumber=EPERM

    """
  }

  private var privileges: String {
    """
    CapabilityBoundingSet=
    AmbientCapabilities=
    KeyringMode=private

    """
  }
}
