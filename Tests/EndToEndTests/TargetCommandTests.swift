import Foundation
import TestSupport
import Testing

/// `target add`, `list`, `show`, `renew` and `remove` against a server over TLS.
@Suite struct TargetCommandTests {
  private let lab: TargetLab

  init() async throws { lab = try await TargetLab() }

  private var file: String {
    get throws { lab.words(try lab.folder.read(TargetLab.file)) }
  }

  private var addition: [String] {
    [
      "target", "add", "prod", lab.sandbox.url, "--username", "admin", "--password-file",
      "password",
    ]
  }

  @Test func `without a terminal a pin must be given for a certificate that is not trusted`()
    async throws
  {
    try await lab.sandbox.emptyLog()
    let certificate = """
      target       prod (https://127.0.0.1:PORT)
      certificate  CN=cupibulk sandbox
      issued by    itself
      valid        DATES
      pin          PIN
      """
    let reason =
      "the certificate of 127.0.0.1 port PORT is not trusted: SSL certificate problem: self-signed certificate"
    #expect(
      try await lab.see(addition + ["--yes"]) == """
        \(certificate)
        trusted      no: \(reason)
        cupibulk: The server https://127.0.0.1:PORT is not trusted, and no password was sent: \(reason)
            hint: compare the pin with what the server's administrator sees there; if it is the same, \
        pass --tls-pin PIN
        exit 7
        """)
    #expect(
      try await lab.see(addition).hasSuffix(
        """
            hint: if the pin is right, pass --tls-pin PIN --yes
        exit 7
        """))
    #expect(
      try await lab.see(addition + ["--yes", "--tls-pin", TargetLab.otherPin]).hasSuffix("exit 7"))
    #expect(try await lab.sandbox.log().requests == [:])
    #expect(try !lab.folder.allFiles().contains(TargetLab.file))

    #expect(
      try await lab.see(addition + ["--yes", "--tls-pin", lab.pin, "--protected", "--tags", "a,b"])
        == """
        \(certificate)
        trusted      yes, by its pin
        version      14.0.1.0
        cluster      unity-lab alone
        id           GUID
        port groups  6
        Added target prod to FOLDER/.config/cupibulk/targets.ini.
        exit 0
        """)
    #expect(
      try file == """
        [prod]
        url = \(lab.sandbox.url)
        username = admin
        password-file = \(lab.folder.path)/password
        tls-pin = PIN
        id = \(lab.id)
        tags = a,b
        protected = yes

        """)
    let modes = try ["", "/targets.ini"].map { name in
      try FileManager.default.attributesOfItem(
        atPath: lab.folder.path(".config/cupibulk\(name)"))[.posixPermissions] as? Int
    }
    #expect(modes == [0o700, 0o600])
  }

  @Test func `the pin is asked for before the password is sent, and once`() async throws {
    let screen = try await lab.see(
      addition.joined(separator: " "), typing: ["add target prod? [y/N] ": "y\r"])
    #expect(
      screen == """
        target       prod (https://127.0.0.1:PORT)
        certificate  CN=cupibulk sandbox
        issued by    itself
        valid        DATES
        pin          PIN
        trusted      no: the certificate of 127.0.0.1 port PORT is not trusted: SSL certificate problem: \
        self-signed certificate
        Compare the pin with what the server's administrator sees there.
        Trust this key, log in, and add target prod? [y/N] y
        version      14.0.1.0
        cluster      unity-lab alone
        id           GUID
        port groups  6
        Added target prod to FOLDER/.config/cupibulk/targets.ini.
        exit 0
        """)
    #expect(try file.contains("tls-pin = PIN"))
  }

  @Test(arguments: ["n\r", "\r", "\u{4}"])
  func `any other answer adds nothing, and sends no password`(keys: String) async throws {
    try await lab.sandbox.emptyLog()
    let screen = try await lab.see(
      addition.joined(separator: " "), typing: ["add target prod? [y/N] ": keys])
    #expect(
      screen.hasSuffix(
        """
        cupibulk: Nothing was added, and no password was sent: the answer was not yes
        exit 1
        """))
    #expect(try await lab.sandbox.log().requests == [:])
    #expect(try !lab.folder.allFiles().contains(TargetLab.file))
  }

  @Test func `a trusted server is asked about after the login`() async throws {
    let trusted = addition + ["--ca-cert", "lab.db.crt"]
    #expect(
      try await lab.see(trusted).hasSuffix(
        """
        port groups  6
        cupibulk: Nothing was added: there is no terminal to ask: Add target prod?
            hint: pass --yes
        exit 2
        """))
    let screen = try await lab.see(
      trusted.joined(separator: " "), typing: ["Add target prod? [y/N] ": "\u{3}"])
    #expect(screen.hasSuffix("Add target prod? [y/N] \nexit 130"))
    #expect(try await lab.see(trusted + ["--yes"]).hasSuffix("exit 0"))
    #expect(try file.contains("ca-cert = \(lab.folder.path)/lab.db.crt"))
    #expect(try await lab.see(["export", "--target", "prod", "-o", "x.csv"]).hasSuffix("exit 0"))
  }

  @Test func `both nodes of a cluster are looked at, and have their pins`() async throws {
    let other = try await SandboxProcess(["--tls", "--state", "other.db"], in: lab.folder)
    let url = "\(lab.sandbox.url),\(other.url)"
    let screen = try await lab.see(
      "target add prod \(url) --username admin --password-file password",
      typing: ["add target prod? [y/N] ": "y\r"])
    #expect(screen.matches(of: /issued by    itself/).count == 2, "\(screen)")
    #expect(try file.contains("url = \(lab.sandbox.url), \(other.url)\n"))
    #expect(try file.firstMatch(of: /tls-pin = PIN;sha256\/\/[^;\n]{44}\n/) != nil)
    #expect(try await lab.see(["export", "--target", "prod", "-o", "x.csv"]).hasSuffix("exit 0"))
    #expect(
      try await lab.see(["target", "renew", "prod"]).hasSuffix(
        "Nothing to renew: target prod is as its section says.\nexit 0"))
  }

  @Test func `a typed source of the password is written, and not that of a variable`() async throws
  {
    let words =
      [
        "target", "add", "prod", lab.sandbox.url, "--username", "admin", "--yes", "--tls-pin",
        lab.pin,
      ]
    let variables = ["CUPIBULK_PASSWORD_FILE": "missing"]
    #expect(
      try await lab.see(
        words + ["--password-command", "cat password; true"], environment: variables
      ).hasSuffix("exit 0"))
    #expect(try file.contains("password-command = cat password; true\ntls-pin"))
    #expect(try await lab.see(["export", "--target", "prod", "-o", "x.csv"]).hasSuffix("exit 0"))
    #expect(
      try await lab.see(words + ["--password-command", "x", "--netrc-file", "y"]) == """
        cupibulk: --netrc-file and --password-command cannot go together; give one of them
        Try 'cupibulk help target add'.
        exit 2
        """)
  }

  @Test func `a link to the file stays a link`() async throws {
    try lab.folder.writeSecret("# shared\n", to: "dotfiles.ini")
    try lab.write("")
    try FileManager.default.removeItem(atPath: lab.folder.path(TargetLab.file))
    try FileManager.default.createSymbolicLink(
      atPath: lab.folder.path(TargetLab.file), withDestinationPath: "../../dotfiles.ini")
    #expect(try await lab.see(addition + ["--yes", "--tls-pin", lab.pin]).hasSuffix("exit 0"))
    #expect(try lab.folder.read("dotfiles.ini").hasPrefix("# shared\n\n[prod]\nurl = "))
    #expect(
      try FileManager.default.destinationOfSymbolicLink(
        atPath: lab.folder.path(TargetLab.file)) == "../../dotfiles.ini")
  }

  @Test func `a name, an address or an id that a target has is refused`() async throws {
    try lab.write(lab.section())
    let place = "FOLDER/\(TargetLab.file)"
    #expect(
      try await lab.see(["target", "add", "Prod", "https://other.example"]) == """
        cupibulk: There is a target prod already (\(place):1)
            hint: after a change of its certificate: cupibulk target renew prod; for another server: \
        cupibulk target remove prod
        exit 2
        """)
    #expect(
      try await lab.see(["target", "add", "lab", lab.sandbox.url]) == """
        cupibulk: https://127.0.0.1:PORT is the address of target prod already (\(place):1)
            hint: use --target prod
        exit 2
        """)
    #expect(
      try await lab.see(["target", "add", "127.0.0.1", "https://other.example"]) == """
        cupibulk: 127.0.0.1 is the host of target prod (\(place):1), so it cannot be a name
            hint: use another name
        exit 2
        """)
    #expect(
      try await lab.see(["target", "add", "a:b", "https://other.example"]) == """
        cupibulk: NAME is 'a:b'; allowed are letters, digits, '.', '_' and '-'
        Try 'cupibulk help target add'.
        exit 2
        """)
    try lab.write(lab.section("old", ["url": "https://old.example"]))
    #expect(
      try await lab.see(addition + ["--yes", "--tls-pin", lab.pin]).hasSuffix(
        """
        cupibulk: This server has the id of target old (GUID, \(place):1): it is the same server, or a clone of it
            hint: use --target old, or give the clone an id of its own
        exit 7
        """))
  }

  @Test func `an added section leaves the file as it was`() async throws {
    let before = "# mine\r\n[lab]\r\nurl=https://lab.example\r\n; end"
    try lab.write(before)
    #expect(try await lab.see(addition + ["--yes", "--tls-pin", lab.pin]).hasSuffix("exit 0"))
    #expect(try file.hasPrefix(before + "\r\n\r\n[prod]\r\nurl = https://"))
    #expect(
      try await lab.see(["target", "remove", "prod"]) == """
        cupibulk: Nothing was removed: there is no terminal to ask: Remove target prod \
        (https://127.0.0.1:PORT)?
            hint: pass --yes
        exit 2
        """)
    #expect(
      try await lab.see("target remove prod", typing: ["? [y/N] ": "yes\r"]).hasSuffix(
        "Removed target prod from FOLDER/.config/cupibulk/targets.ini.\nexit 0"))
    #expect(try file == before + "\r\n\r\n")
  }

  @Test func `the list and one target are shown, for users and programs`() async throws {
    #expect(
      try await lab.see(["target", "list"]) == """
        No target has a name yet.
            hint: add one with: cupibulk target add NAME URL
        exit 0
        """)
    try lab.write(
      lab.section("prod", ["tags": "tier1, berlin", "protected": "yes", "slots": "3"]) + """
        [lab]
        url = https://lab1.example, https://lab2.example:8443

        """)
    #expect(
      try await lab.see(["target", "list"]).replacing(/\ {3,}/, with: "  ") == """
        target  url  tags  protected
        prod  https://127.0.0.1:PORT  tier1,berlin  yes
        lab  https://lab1.example, https://lab2.example:8443
        exit 0
        """)
    #expect(
      try await lab.see(["target", "list", "--json"]) == """
        {"schema":1,"type":"target","name":"prod","urls":["https://127.0.0.1:PORT"],"tags":["tier1","berlin"],"protected":true,\
        "file":"FOLDER/\(TargetLab.file)","line":1}
        {"schema":1,"type":"target","name":"lab","urls":["https://lab1.example","https://lab2.example:8443"],"tags":[],\
        "protected":false,"file":"FOLDER/\(TargetLab.file)","line":10}
        exit 0
        """)
    #expect(
      try await lab.see(["target", "show", "lab"]) == """
        url  https://lab1.example, https://lab2.example:8443  FOLDER/\(TargetLab.file):11
        exit 0
        """)
    #expect(
      try await lab.see(["target", "show", "prod", "--json"]).hasPrefix(
        """
        {"schema":1,"type":"target-details","exit":0,"name":"prod","urls":["https://127.0.0.1:PORT"],"tags":["tier1","berlin"],"protected":true,\
        "id":"GUID","slots":3,"rate":null,"values":[{"key":"url","value":"https://127.0.0.1:PORT",\
        "file":"FOLDER/\(TargetLab.file)","line":2},
        """.trimmingCharacters(in: .newlines)))
    #expect(
      try await lab.see(["target", "show", "prd"]) == """
        cupibulk: There is no target prd in FOLDER/\(TargetLab.file)
            hint: did you mean prod?
        exit 2
        """)
  }

  @Test func `the password is in no output and no file but its own`() async throws {
    var seen = try await lab.see(
      addition + ["--yes", "--tls-pin", lab.pin, "--trace", "trace.json"])
    for command in [
      ["target", "show", "prod"], ["target", "list", "--json"], ["target", "check", "prod"],
      ["import", "rows.csv", "--target", "prod"], ["export", "--target", "prod"],
      ["target", "renew", "prod", "--json"], ["runs", "show", "--json"],
    ] { seen += try await lab.see(command) }
    #expect(!seen.contains(TargetLab.password))
    for name in try lab.folder.allFiles() where name != "password" && !name.hasPrefix("lab.db") {
      let data = try Data(contentsOf: URL(filePath: lab.folder.path(name)))
      #expect(data.range(of: Data(TargetLab.password.utf8)) == nil, "\(name)")
    }
  }
}
