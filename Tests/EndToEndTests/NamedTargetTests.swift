import Foundation
import TestSupport
import Testing

/// Commands on a target by its name, and the fences that hold also for its URL.
@Suite struct NamedTargetTests {
  private let lab: TargetLab

  init() async throws { lab = try await TargetLab() }

  private var place: String { "FOLDER/\(TargetLab.file)" }

  private var account: [String] { ["--username", "admin", "--password-file", "password"] }

  @Test func `a name is enough, and the ledger has the URL`() async throws {
    try lab.write(lab.section())
    #expect(
      try await lab.see(["export", "--target", "prod", "-o", "x.csv"]) == """
        Exported 9 servers of prod (https://127.0.0.1:PORT) to x.csv (csv).
        exit 0
        """)
    #expect(try await lab.see(["import", "rows.csv", "--target", "prod"]).hasSuffix("exit 0"))
    #expect(
      try await lab.see(["runs", "list", "--json"]).contains(
        #""target":"https://127.0.0.1:PORT""#))
    let undo = try await lab.see(["undo", "last"])
    #expect(undo.hasSuffix("exit 0"), "the run's URL is that of the target: \(undo)")
    #expect(try await lab.see(["resume", "--target", "prod"]).hasPrefix("Nothing to resume"))
  }

  @Test func `variables change neither the account of a named target nor its trust`() async throws {
    try lab.write(lab.section())
    let variables = [
      "CUPIBULK_USERNAME": "nobody", "CUPIBULK_PASSWORD_FILE": "missing",
      "CUPIBULK_TLS_PIN": TargetLab.otherPin, "CUPIBULK_TARGET": "prod",
    ]
    #expect(
      try await lab.see(["export", "-o", "x.csv"], environment: variables).hasSuffix("exit 0"))
    try lab.write(lab.section("prod", ["tls-pin": ""]))
    #expect(
      try await lab.see(
        ["export", "-o", "x.csv"],
        environment: ["CUPIBULK_TARGET": "prod", "CUPIBULK_TLS_PIN": lab.pin]
      ).contains("the server is not trusted"), "the variable does not add trust either")
  }

  @Test func `what is typed wins over the section`() async throws {
    try lab.write(lab.section("prod", ["username": "nobody", "password-file": "/missing"]))
    #expect(
      try await lab.see(["export", "--target", "prod", "-o", "x.csv"] + account).hasSuffix("exit 0")
    )
    #expect(
      try await lab.see(["export", "--target", "prod", "--username", "admin"]).contains(
        "The password file /missing does not exist"))
  }

  @Test func `a changed pin is refused before the password is sent, with both pins`() async throws {
    try lab.write(lab.section("prod", ["tls-pin": TargetLab.otherPin]))
    try await lab.sandbox.emptyLog()
    let text = """
      cupibulk: The key of https://127.0.0.1:PORT is not that of target prod, and no password was sent: \
      pinned is OTHERPIN (\(place):5), the server shows PIN
          hint: ask its administrator whether its certificate was renewed; if so: cupibulk target renew prod
      exit 7
      """
    for command in [
      ["export", "--target", "prod"], ["import", "rows.csv", "--target", "prod"],
      ["export", "--target", lab.sandbox.url] + account,
    ] { #expect(try await lab.see(command) == text) }
    #expect(try await lab.see(["target", "check", "prod"]).hasSuffix(text))
    #expect(try await lab.sandbox.log().requests == [:])
  }

  @Test func `another id is refused before anything is written or exported`() async throws {
    try lab.write(lab.section("prod", ["id": TargetLab.otherID]))
    let reason = """
      prod (https://127.0.0.1:PORT) is another server than before (id GUID, now GUID): was it rebuilt or \
      replaced? If that is right: cupibulk target renew prod
      """
    for command in [
      ["export", "--target", "prod", "-o", "x.csv"],
      ["import", "rows.csv", "--target", "prod"],
      ["import", "rows.csv", "--target", "prod", "--dry-run"],
    ] {
      let seen = try await lab.see(command)
      #expect(seen.contains("The run was refused: \(reason)\n"), "\(seen)")
      #expect(seen.hasSuffix("exit 7"))
    }
    #expect(try !lab.folder.names().contains("x.csv"))
    #expect(try await lab.sandbox.log().writes == 0)
    #expect(
      try await lab.see(["target", "check", "prod"]).hasSuffix(
        "cupibulk: The check was refused: \(reason)\nexit 7"))
  }

  @Test func `no option lowers a fence, also if the URL is typed`() async throws {
    try lab.write(lab.section("prod", ["slots": "1", "rate": "500"]))
    for target in ["prod", lab.sandbox.url] {
      let words = ["export", "--target", target, "-o", "x.csv"] + account
      #expect(
        try await lab.see(words + ["--insecure"]) == """
          cupibulk: --insecure is refused for target prod, whose tls-pin is in \(place):5
              hint: leave --insecure out; if the server's certificate was renewed: cupibulk target renew prod
          exit 7
          """)
      #expect(
        try await lab.see(words + ["--tls-pin", TargetLab.otherPin]) == """
          cupibulk: Target prod has another tls-pin in \(place):5 than --tls-pin says
              hint: leave --tls-pin out; if the server's certificate was renewed: cupibulk target renew prod
          exit 7
          """)
      #expect(
        try await lab.see(words + ["--slots", "4", "--rate", "900"]).hasPrefix(
          """
          cupibulk: note: --slots 4 is lowered to 1, as target prod says (\(place):7)
          cupibulk: note: --rate 900 is lowered to 500, as target prod says (\(place):8)
          Exported 9 servers
          """))
      try await lab.sandbox.emptyLog()
      #expect(try await lab.see(words).hasSuffix("exit 0"))
      #expect(try await lab.sandbox.log().mostInFlight == 1)
    }
  }

  @Test func `a server that is a named target by its id has that target's fences`() async throws {
    try lab.write(lab.section("prod", ["url": "https://elsewhere.example", "slots": "1"]))
    let words = ["export", "--target", lab.sandbox.url, "-o", "x.csv"] + account
    #expect(
      try await lab.see(words + ["--ca-cert", "lab.db.crt"]) == """
        cupibulk: note: https://127.0.0.1:PORT is the server of target prod by its id, so its fences hold \
        (\(place):1)
        Exported 9 servers of https://127.0.0.1:PORT to x.csv (csv).
        exit 0
        """)
    #expect(
      try await lab.see(words + ["--insecure"]).hasSuffix(
        """
        The run was refused: https://127.0.0.1:PORT is the server of target prod (\(place):6), whose \
        certificate must be verified; pass --target prod without --insecure
        exit 7
        """))
  }

  @Test func `an unknown name is a usage error, and so is the host of a target`() async throws {
    try lab.write(lab.section())
    for command in [["import", "rows.csv"], ["export"], ["resume"], ["target", "check"]] {
      #expect(
        try await lab.see(command + ["--target", "prd"]) == """
          cupibulk: There is no target prd in \(place)
              hint: did you mean prod?
          exit 2
          """)
    }
    #expect(
      try await lab.see(["export", "--target", "127.0.0.1"]) == """
        cupibulk: There is no target 127.0.0.1; it is the host of target prod
            hint: write prod, or the whole URL: https://127.0.0.1:PORT
        exit 2
        """)
  }

  @Test func `a file that cannot be trusted stops every server, and no sandbox`() async throws {
    let closed = """
      cupibulk: Other users may write the file \(place) (mode 666)
          hint: if it is right, close it with: chmod go-w \(place)
      exit 7
      """
    try lab.write(lab.section())
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o666], ofItemAtPath: lab.folder.path(TargetLab.file))
    for target in ["prod", lab.sandbox.url, "https://other.example"] {
      #expect(try await lab.see(["export", "--target", target] + account) == closed)
    }
    #expect(
      try await lab.see(["export", "--target", "sandbox:", "-o", "x.csv"]).hasSuffix("exit 0"))
    try lab.write(lab.section("prod", ["url": ""]))
    #expect(
      try await lab.see(["export", "--target", "https://other.example"] + account) == """
        cupibulk: \(place):1: [prod] has no url
            hint: write url = https://HOST[:PORT]
        exit 2
        """)
    try FileManager.default.removeItem(atPath: lab.folder.path(TargetLab.file))
    #expect(unsafe mkfifo(lab.folder.path(TargetLab.file), 0o600) == 0)
    #expect(
      try await lab.see(["target", "list"]) == """
        cupibulk: \(place) is not a regular file
            hint: move it away
        exit 7
        """)
  }

  @Test func `a password file that is open to others is refused`() async throws {
    try lab.write(lab.section())
    let file = lab.folder.path("password")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    #expect(
      try await lab.see(["export", "--target", "prod"]) == """
        cupibulk: The password file FOLDER/password is open to others (mode 644); \
        close it with: chmod 600 FOLDER/password
        exit 7
        """)
  }

  @Test func `nothing waits without a home, a terminal or input`() async throws {
    for command in ["target list", "target add x https://127.0.0.1:1", "target remove x"] {
      let seen = try await lab.folder.see(
        script: "exec env -u HOME -u XDG_CONFIG_HOME -u TERM cupibulk \(command) <&-")
      #expect(seen.contains("\nexit "), "\(seen)")
    }
  }

  @Test func `a systemd credential is named in the section`() async throws {
    try lab.write(lab.section("prod", ["password-file": "", "credential": "unity"]))
    try lab.folder.write(TargetLab.password, to: "credentials/unity")
    #expect(
      try await lab.see(["export", "--target", "prod"]) == """
        cupibulk: Target prod takes its password from the credential unity (\(place):6), and \
        CREDENTIALS_DIRECTORY is not set
            hint: run it as a systemd service with LoadCredential=unity:FILE, or pass --password-file FILE
        exit 7
        """)
    #expect(
      try await lab.see(
        ["export", "--target", "prod", "-o", "x.csv"],
        environment: ["CREDENTIALS_DIRECTORY": lab.folder.path("credentials")]
      ).hasSuffix("exit 0"))
  }

  @Test func `the system's fences hold, and no variable moves its file`() async throws {
    guard try await Confined.canMount() else {
      print("skipped: this machine does not allow mounts")
      return
    }
    try lab.write(lab.section("prod", ["slots": "4", "protected": "no"]))
    try lab.folder.write(
      "[production]\nurl = \(lab.sandbox.url)\nprotected = yes\nslots = 1\n", to: "system.ini")
    let seen = lab.words(
      try await lab.folder.see(
        script: """
          mkdir etc; cp -a /etc/. etc/ 2>/dev/null; mkdir -p etc/cupibulk; mount --bind etc /etc
          cp system.ini /etc/cupibulk/targets.ini; chmod 644 /etc/cupibulk/targets.ini
          cupibulk target show prod --json
          cupibulk target show prod | grep -E '^(slots|protected)' | tr -s ' '
          cupibulk export --target prod --slots 2 -o x.csv
          sed -i "2a tls-pin = \(TargetLab.otherPin)" /etc/cupibulk/targets.ini
          cupibulk export --target prod
          cupibulk target remove production --yes
          rm .config/cupibulk/targets.ini
          cupibulk target remove production --yes
          cupibulk target list | tr -s " "
          cupibulk target add lab \(lab.sandbox.url) --yes
          cupibulk target add production \(lab.sandbox.url) --yes 2>&1 | tail -2
          chmod 666 /etc/cupibulk/targets.ini
          cupibulk export --target prod
          """, by: Confined.withMounts,
        environment: [
          "XDG_CONFIG_DIRS": lab.folder.path, "CUPIBULK_TARGETS": "none",
          "CUPIBULK_CONFIG": "none",
        ]))
    let lines = seen.split(separator: "\n").map(String.init)
    #expect(lines[0].contains(#""protected":true"#) && lines[0].contains(#""slots":1,"#))
    #expect(
      lines.dropFirst().joined(separator: "\n") == """
        slots 4 \(place):7
        slots 1 holds, from /etc/cupibulk/targets.ini:4
        protected no \(place):8
        protected yes holds, from /etc/cupibulk/targets.ini:3
        cupibulk: note: --slots 2 is lowered to 1, as target prod says (/etc/cupibulk/targets.ini:4)
        Exported 9 servers of prod (https://127.0.0.1:PORT) to x.csv (csv).
        cupibulk: \(place):5: [prod] has another tls-pin than /etc/cupibulk/targets.ini:3, which it cannot change
            hint: remove the line: the value of /etc/cupibulk/targets.ini holds
        cupibulk: \(place):5: [prod] has another tls-pin than /etc/cupibulk/targets.ini:3, which it cannot change
            hint: remove the line: the value of /etc/cupibulk/targets.ini holds
        cupibulk: Target production is in /etc/cupibulk/targets.ini:1, which this command does not change
            hint: ask the administrator of this machine
        target url tags protected
        production https://127.0.0.1:PORT yes
        cupibulk: https://127.0.0.1:PORT is the address of target production already \
        (/etc/cupibulk/targets.ini:1)
            hint: use --target production
        cupibulk: The server https://127.0.0.1:PORT is not trusted, and no password was sent: the public key \
        of 127.0.0.1 port PORT is not the pinned one
            hint: /etc/cupibulk/targets.ini:3 says how it is trusted; ask the administrator of this machine
        cupibulk: Other users may write the file /etc/cupibulk/targets.ini (mode 666)
            hint: if it is right, close it with: chmod go-w /etc/cupibulk/targets.ini
        exit 7
        """)
  }
}
