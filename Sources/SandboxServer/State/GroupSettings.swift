import JSONStreams

/// One such field: the kind of its values, the groups that have it, and its initial value.
struct GroupSetting: Sendable {
  enum Kind: Sendable {
    case boolean
    case number(ClosedRange<Int>)
    case text
  }

  var name: String
  var kind: Kind
  /// The initial value; `nil` if the field is not shown until it is set.
  var initial: String?
  /// The integration of the groups that have the field; `nil` for all groups.
  var integration: Int?

  /// All settings, in the order of the vendor's telephony chapter (reference CUPI.md §2.1).
  static let all = [
    GroupSetting(name: "EnableMWI", kind: .boolean, initial: "true"),
    GroupSetting(name: "CcmDoAutoFailback", kind: .boolean, initial: "false"),
    GroupSetting(name: "MwiOnCode", kind: .text),
    GroupSetting(name: "MwiOffCode", kind: .text),
    GroupSetting(name: "MwiRetryCountOnSuccess", kind: .number(0...9999), initial: "0"),
    GroupSetting(name: "MwiRetryIntervalOnSuccessMs", kind: .number(0...999_999), initial: "5"),
    GroupSetting(name: "MwiMinRequestIntervalMs", kind: .number(0...999_999), initial: "0"),
    GroupSetting(name: "MwiMaxConcurrentRequests", kind: .number(0...9999), initial: "0"),
    sip("SipTransportProtocolEnum", .number(10...11), "11"),
    sip("SipRegisterWithProxyServer", .boolean, "false"),
    sip("SipDoAuthenticate", .boolean, "false"),
    sip("SipDoSRTP", .boolean, "false"),
    sip("SipTLSModeEnum", .number(10...11), "10"),
    GroupSetting(
      name: "SkinnyDevicePrefix", kind: .text, initial: "CiscoUM1-VI",
      integration: Integration.sccp),
  ]

  private static func sip(_ name: String, _ kind: Kind, _ initial: String) -> GroupSetting {
    GroupSetting(name: name, kind: kind, initial: initial, integration: Integration.sip)
  }

  func applies(to integration: Int) -> Bool {
    self.integration == nil || self.integration == integration
  }

  /// The value as it is stored; Boolean values may be sent as 1 and 0 (reference CUPI.md §3.1).
  ///
  /// - Returns: `nil` if the value is not allowed.
  func value(of text: String) -> String? {
    switch kind {
    case .boolean:
      switch text.lowercased() {
      case "true", "1": "true"
      case "false", "0": "false"
      default: nil
      }
    case .number(let range):
      wholeNumber(text).flatMap { range.contains($0) ? String($0) : nil }
    case .text: text.unicodeScalars.allSatisfy(isPrintable) ? text : nil
    }
  }

  /// The allowed values, as the end of a sentence.
  var rule: String {
    switch kind {
    case .boolean: "allowed is true or false"
    case .number(let range): "allowed is \(range.lowerBound) to \(range.upperBound)"
    case .text: "control characters are not allowed"
    }
  }
}

/// The settings of a group that were set, by name.
struct GroupSettings: Equatable, Sendable {
  var values: [String: String] = [:]

  init() {}

  /// Parses the text that `json` returns.
  init(json: String) {
    guard case .object(let members)? = try? JSONValue(parsing: Array(json.utf8)) else { return }
    for member in members { values[member.key] = member.value.text }
  }

  /// An object of strings, as the state stores it.
  var json: String {
    var writer = JSONTextWriter()
    writer.beginObject()
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      writer.key(name)
      writer.string(value)
    }
    writer.endObject()
    return String(decoding: writer.takeBytes(), as: UTF8.self)
  }
}
