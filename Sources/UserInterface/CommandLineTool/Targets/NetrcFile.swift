/// The entries of a netrc file, in the format of curl and ftp: `machine HOST login NAME password SECRET`.
struct NetrcFile {
  /// A login; its description does not show the password.
  struct Entry: CustomStringConvertible {
    /// `nil` for the `default` entry.
    var machine: String?
    var login: String?
    var password: String?

    var description: String { "netrc entry for \(machine ?? "default")" }
  }

  private(set) var entries: [Entry] = []

  /// Parses the text; `macdef` definitions and unknown words are ignored.
  ///
  /// By scalars: a carriage return and a line feed form one `Character`, and so does a blank with a combining
  /// mark.
  init(_ text: String) {
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)[...]
    var pending: String?
    while let line = lines.popFirst() {
      var words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map { Substring($0) }[...]
      while let word = words.popFirst() {
        if let key = pending {
          pending = nil
          set(key, String(word))
          continue
        }
        switch word {
        case "machine", "login", "password", "account": pending = String(word)
        case "default": entries.append(Entry())
        case "macdef":
          // A macro continues to the next empty line.
          lines = lines.drop { !$0.isEmpty && !$0.elementsEqual(["\r"]) }
          words = []
        default: if word.utf8.first == UInt8(ascii: "#") { words = [] }
        }
      }
    }
  }

  /// The entry for a host, otherwise the default entry.
  ///
  /// If a login is given, only an entry with this login, or without a login, is used.
  func entry(for host: String, login: String?) -> Entry? {
    let fitting = entries.filter { login == nil || $0.login == nil || $0.login == login }
    return fitting.first { $0.machine == host } ?? fitting.first { $0.machine == nil }
  }

  private mutating func set(_ key: String, _ value: String) {
    if key == "machine" { return entries.append(Entry(machine: value)) }
    guard let last = entries.indices.last else { return }
    if key == "login" { entries[last].login = value }
    if key == "password" { entries[last].password = value }
  }
}
