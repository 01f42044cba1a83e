import Bytes
import FoundationEssentials
import HTTPTransfers

/// The URL of a dead man's switch, such as a check of Healthchecks; whoever knows it can silence the alarm.
///
/// It prints as `‹secret›`; only the host may be shown.
struct PingURL: Sendable {
  /// The credential in which systemd passes it to a job.
  static let credential = "cupibulk-ping-url"

  /// Why a text is no such URL; it does not have the text.
  struct Fault: Error, Equatable {
    /// What is wrong, as a clause.
    let clause: String
  }

  let origin: Origin
  /// The value of the header field `Authorization`, from a user name and a password in the URL.
  let authorization: String?
  /// Without a slash at the end.
  private let path: String
  /// With its question mark; empty if there is none.
  private let query: String

  /// Parses the URL; spaces around it are ignored.
  ///
  /// - Throws: `Fault` for a URL that cannot be used. Plain HTTP is one, except to this machine: everyone on the way
  ///   could read the URL.
  init(parsing text: String) throws(Fault) {
    let text = text.trimmed
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Fault(clause: "it has characters that a URL cannot have; encode them as %XX")
    }
    guard let scheme = text.firstRange(of: "://") else { throw Self.fault(.noScheme) }
    let rest = text[scheme.upperBound...]
    guard !rest.utf8.contains(UInt8(ascii: "#")) else {
      throw Fault(clause: "it has a fragment (#), which is never sent")
    }
    var authority = rest.prefix { $0 != "/" && $0 != "?" }
    let tail = rest[authority.endIndex...]
    if let at = authority.lastIndex(of: "@") {
      guard let account = Self.decoded(authority[..<at]) else {
        throw Fault(clause: "its user name or password is not encoded as a URL needs it")
      }
      authorization = "Basic " + Data(account).base64EncodedString()
      authority = authority[authority.index(after: at)...]
    } else {
      authorization = nil
    }
    do throws(OriginError) {
      origin = try Origin(parsing: String(text[..<scheme.upperBound]) + String(authority))
    } catch {
      throw Self.fault(error.cause)
    }
    let whole = tail.prefix { $0 != "?" }
    query = String(tail[whole.endIndex...])
    path = String(whole.reversed().drop { $0 == "/" }.reversed())
  }

  /// The path and query of a ping, such as `/UUID/start?create=1` for `start`.
  func target(_ ending: String) -> String { "\(path)/\(ending)\(query)" }

  private static func fault(_ cause: OriginError.Cause) -> Fault {
    switch cause {
    case .noScheme, .otherScheme: Fault(clause: "it does not begin with https://")
    case .badPort: Fault(clause: "its port is not a number from 1 to 65535")
    case .plainHTTP:
      Fault(
        clause:
          "http:// would show it to everyone on the network; use https:// (http:// is for this machine only)"
      )
    case .badHost, .credentials, .path: Fault(clause: "it has no valid host")
    }
  }

  /// The bytes of a text in which `%XX` is one of them; `nil` if it is not encoded so.
  private static func decoded(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, !digits.contains(UInt8(ascii: "+")),
        !digits.contains(UInt8(ascii: "-")),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}

extension PingURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  var description: String { "‹secret›" }
  var debugDescription: String { description }
  /// A mirror without children, so that `dump` and debuggers do not show the URL.
  var customMirror: Mirror { Mirror(self, children: []) }
}
