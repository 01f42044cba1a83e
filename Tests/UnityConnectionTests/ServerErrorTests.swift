// The error messages for users, and which errors may be retried.

import Testing
import UnityConnection

@Suite struct ServerErrorTests {
  private static func error(_ kind: ServerError.Kind, _ detail: String) -> ServerError {
    ServerError(
      kind, server: "https://cuc.example.com", call: "GET /vmrest/version", detail: detail)
  }

  @Test(arguments: [
    (
      ServerError.Kind.credentialsRefused, "status 401: Unauthorized",
      "https://cuc.example.com: user name or password was refused: status 401: Unauthorized "
        + "(GET /vmrest/version); nothing more is sent, because accounts lock; "
        + "check the user name and the password"
    ),
    (
      .unreachable, "cuc.example.com port 443 refused the connection",
      "https://cuc.example.com: the server cannot be reached: "
        + "cuc.example.com port 443 refused the connection (GET /vmrest/version); "
        + "check the target's address and port (443 or 8443) and the network"
    ),
    (
      .busy, "status 503: Service Unavailable",
      "https://cuc.example.com: the server is busy: status 503: Service Unavailable "
        + "(GET /vmrest/version); try again later"
    ),
    (
      .certificateUntrusted, "self-signed certificate",
      "https://cuc.example.com: the server is not trusted: self-signed certificate "
        + "(GET /vmrest/version)"
    ),
    (
      .nameUnknown, "the name cuc.example.com could not be resolved",
      "https://cuc.example.com: the name cuc.example.com could not be resolved "
        + "(GET /vmrest/version); "
        + "check the spelling of the target, and this machine's name servers (DNS)"
    ),
    (
      .tlsFailed, "the TLS handshake with cuc.example.com port 80 failed",
      "https://cuc.example.com: the server does not speak HTTPS: "
        + "the TLS handshake with cuc.example.com port 80 failed (GET /vmrest/version); "
        + "check the target's port (443 or 8443), and what listens there"
    ),
    (
      .tlsOutdated, "unsupported protocol",
      "https://cuc.example.com: the server only speaks TLS 1.0 or 1.1, which is no longer safe: "
        + "unsupported protocol (GET /vmrest/version); update the server, or turn on TLS 1.2 there"
    ),
    (
      .notHTTP, "what cuc.example.com port 22 answers is no HTTP",
      "https://cuc.example.com: the server does not speak HTTP: what cuc.example.com port 22 answers is no HTTP "
        + "(GET /vmrest/version); check the target's port (443 or 8443), and what listens there"
    ),
    (
      .clientCertificateWanted, "it ended the connection",
      "https://cuc.example.com: the server asks for a client certificate: it ended the connection "
        + "(GET /vmrest/version); check the target's port (443 or 8443): "
        + "Cisco Unity Connection takes a user name and a password"
    ),
    (
      .wrongTarget, "status 404: Not Found",
      "https://cuc.example.com: this is not a Cisco Unity Connection server: status 404: Not Found "
        + "(GET /vmrest/version); check the target's address and port, "
        + "and that no proxy or other web page answers there"
    ),
    (
      .unexpectedAnswer, "the answer is empty",
      "https://cuc.example.com: the answer cannot be understood: the answer is empty "
        + "(GET /vmrest/version); check that the target is a Cisco Unity Connection server "
        + "and not a proxy or another web page"
    ),
    (
      .groupGone, "there is no port group x",
      "https://cuc.example.com: the port group no longer exists: there is no port group x "
        + "(GET /vmrest/version); list the port groups and correct the file"
    ),
  ])
  func `an error describes the server, the cause, the request and the next step`(
    kind: ServerError.Kind, detail: String, sentence: String
  ) {
    #expect(Self.error(kind, detail).description == sentence)
  }

  @Test(arguments: ServerError.Kind.allCases)
  func `only temporary errors may be retried`(kind: ServerError.Kind) {
    let temporary: [ServerError.Kind] = [
      .busy, .failed, .unreachable, .nameUnknown, .timedOut, .noAnswer, .notHTTP,
      .incompleteList,
    ]
    #expect(Self.error(kind, "").isRepeatable == temporary.contains(kind))
  }

  @Test func `every way to print a secret hides it`() {
    let credentials = Credentials(username: "admin", password: Secret("geheim"))
    var dumped = ""
    dump(credentials, to: &dumped)
    let texts = [
      "\(credentials)", "\(credentials.password)", String(describing: credentials.password),
      String(reflecting: credentials),
      "\(Mirror(reflecting: credentials.password).children.map(\.value))",
      "\(Optional(credentials.password) as Any)", "\([credentials.password])", dumped,
    ]
    for text in texts { #expect(!text.contains("geheim"), "\(text)") }
    #expect("\(credentials.password)" == "‹secret›")
    #expect(credentials.password.reveal() == "geheim")
  }
}
