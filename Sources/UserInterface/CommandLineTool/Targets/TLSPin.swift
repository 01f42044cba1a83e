import Bytes
import FoundationEssentials

/// Pins of servers' keys in libcurl's format: SHA-256 digests in Base64, several joined by semicolons.
enum TLSPin {
  static let complaint =
    "a pin is sha256// and the 44 Base64 characters of a key's fingerprint"

  static func isValid(_ text: String) -> Bool {
    text.unicodeScalars.split(separator: ";", omittingEmptySubsequences: false).allSatisfy { part in
      String(part).dropping(prefix: "sha256//")
        .map { Data(base64Encoded: String($0))?.count == 32 } ?? false
    }
  }

  /// The pin of an option.
  static func checked(
    _ pin: String, _ arguments: ParsedArguments
  ) throws(UsageError) -> String {
    if isValid(pin) { return pin }
    throw UsageError(
      .badValue(source: Option.tlsPin.flag, value: pin, complaint: complaint), of: arguments.path)
  }

  /// The single pins.
  static func parts(_ text: String) -> Set<String> {
    Set(text.unicodeScalars.split(separator: ";").map { String($0) })
  }
}
