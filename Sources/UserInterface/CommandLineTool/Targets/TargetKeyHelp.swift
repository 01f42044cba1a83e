// What the keys of targets.ini mean, as their manual page shows it.

extension TargetKey {
  /// The value's name on the page.
  package var valueName: String {
    switch self {
    case .url: "URL[,URL]"
    case .username, .credential: "NAME"
    case .passwordFile, .netrcFile, .caCert: "FILE"
    case .passwordCommand: "COMMAND"
    case .tlsPin: "PIN[;PIN]"
    case .id: "ID"
    case .slots, .rate: "N"
    case .tags: "WORD[,WORD]..."
    case .protected: "yes|no"
    case .repository: "FOLDER"
    }
  }

  /// What it sets, in sentences.
  package var meaning: String {
    switch self {
    case .url:
      "https://HOST[:PORT], or both nodes of a cluster: reads take the first that answers, writes need the primary "
        + "server. Required."
    case .username: "The account to log in with. Without it, --username is needed."
    case .passwordFile:
      "The password is the first line of this file, which only its owner may read. Without any of the four keys for "
        + "passwords, you are asked."
    case .passwordCommand:
      "The password is the first line that this command of the shell prints."
    case .netrcFile:
      "Account and password are in this file in netrc format, which only its owner may read."
    case .credential:
      "The password is in the systemd credential of this name, a file in $CREDENTIALS_DIRECTORY."
    case .tlsPin:
      "Trust the server whose public key has this fingerprint, sha256//... in Base64, regardless of its certificate; "
        + "the pins of both nodes are joined by a semicolon. Without tls-pin and ca-cert, the system's certificate "
        + "authorities are trusted."
    case .caCert:
      "Trust the certificate authorities in this file (PEM) instead of the system's."
    case .id:
      "The server's own id, which target add writes: another server under this name is refused. Without it, any server "
        + "is accepted."
    case .slots:
      "No more requests than these are in flight at once, whatever --slots says. "
        + "Allowed: \(Option.slots.allowedValues ?? ""). Default: only --slots limits them."
    case .rate:
      "No more requests than these are sent in a second, whatever --rate says. "
        + "Allowed: \(Option.rate.allowedValues ?? ""). Default: only --rate limits them."
    case .tags: "Words by which targets are chosen, of letters, digits, '.', '_' and '-'."
    case .protected:
      "Whether the target's name is typed on a terminal before anything is sent; elsewhere, only an approved plan is "
        + "applied. Default: no."
    case .repository:
      "The folder of the target's snapshots, which is used without --repo."
    }
  }

  /// A value for the example of the page; `nil` for a key that excludes one of the example.
  package var example: String? {
    switch self {
    case .url: "https://unity1.example.com, https://unity2.example.com"
    case .username: "operator"
    case .passwordFile: "~/.config/cupibulk/prod.password"
    case .passwordCommand, .netrcFile, .credential, .caCert: nil
    case .tlsPin: "sha256//m7AcgQxDdIzxJscNriLGWWyQFUQwI3m5X9itaKtpY7Q="
    case .id: "6d496f74-47fa-4636-aafa-be9c3fbc73bf"
    case .slots: "2"
    case .rate: "10"
    case .tags: "production, tier1"
    case .protected: "yes"
    case .repository: "~/backups/unity"
    }
  }
}
