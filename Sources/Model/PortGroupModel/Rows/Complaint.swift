/// The words for the faults of a row: what is wrong, and what to do.
struct Complaint {
  let message: String
  let hint: Hint

  init(_ message: String, hint: Hint) {
    self.message = message
    self.hint = hint
  }

  static let groupMissing = Complaint(
    "the row names no port group",
    hint:
      "fill MediaPortGroupObjectId or PortGroup; below merged cells, write the name into each row")

  static let hostMissing = Complaint(
    "the row gives no host; the server will store \(Host.loopback)",
    hint: "fill HostOrIPAddress or HostOrIPAddressV6")

  static let matchOnCreate = Complaint(
    "a row to create cannot have a Match value",
    hint: "use update to change the server that matches, or leave the Match cells empty")

  static func serviceMissing(_ operation: Operation) -> Complaint {
    Complaint(
      "\(operation.rawValue) needs MediaRemoteServiceEnum, and the row has none",
      hint: "100 is a call manager, 101 a TFTP server, 102 a SIP proxy")
  }

  static func rowUnidentified(_ operation: Operation) -> Complaint {
    Complaint(
      "the row does not identify the server to \(operation.rawValue)",
      hint: "fill ObjectId, or a Match column, or MediaRemoteServiceEnum and HostOrIPAddress")
  }

  static func operation(_ word: String) -> Complaint {
    Complaint(
      "Operation is \(word.quoted); allowed is create, update, upsert or delete",
      hint: Hint(suggestion(word)))
  }

  static func integration(_ text: String) -> Complaint {
    Complaint(
      "TelephonyIntegrationMethodEnum is \(text.quoted); allowed is 1 (SCCP), 2 (SIP) or 3 (PIMG)",
      hint: "it only describes the group; the column can be left out")
  }

  static func guid(_ name: String, _ text: String) -> Complaint {
    if let hint = noValue(text) {
      return Complaint("\(name) is \(text.quoted), which is not a GUID", hint: Hint(hint))
    }
    // `/vmrest/portgroups/ID`, `urn:uuid:ID`.
    if text.utf8.count > 36, let id = ObjectID(String(text.unicodeScalars.suffix(36))) {
      return Complaint("\(name) is \(text.quoted), which is more than a GUID", hint: "write \(id)")
    }
    return Complaint(
      "\(name) is \(text.quoted), which is not a GUID",
      hint: name == "MediaPortGroupObjectId"
        ? "\(exampleOfGUID); a group's name goes into the column PortGroup" : Hint(exampleOfGUID))
  }

  private static let exampleOfGUID = "a GUID looks like 42ef5946-c5f2-4556-9897-6a4b6e116dfa"

  static func guidRepaired(_ name: String, _ id: ObjectID) -> Complaint {
    Complaint("\(name) was written in an unusual way; read as \(id)", hint: "")
  }

  static func notANumber(_ name: String, _ text: String, _ range: ClosedRange<Int>) -> Complaint {
    Complaint(
      "\(name) is \(text.quoted), which is not a whole number; allowed is "
        + "\(range.lowerBound) to \(range.upperBound)",
      hint: Hint(noValue(text) ?? "write digits only"))
  }

  static func outOfRange(
    _ name: String, _ text: String, _ range: ClosedRange<Int>, _ code: DiagnosticCode
  ) -> Complaint {
    Complaint(
      text.hasPrefix("-")
        ? "\(name) is \(text.shown), which is below \(range.lowerBound)"
        : "\(name) is \(text.shown); allowed is \(range.lowerBound) to \(range.upperBound)",
      hint: Hint("", .allow))
  }

  static func enumeration(
    _ name: String, _ text: String, _ cases: [FieldRule.EnumerationCase]
  ) -> Complaint {
    Complaint(
      "\(name) is \(text.quoted); allowed is "
        + cases.map { "\($0.value) (\($0.title))" }.joined(separator: ", "),
      hint: Hint(noValue(text) ?? "write the number"))
  }

  static func pimgService(_ operation: Operation) -> Complaint {
    Complaint(
      "a PIMG unit (service 104) cannot be \(operation.pastParticiple) over the API",
      hint: "change it on the port group's page of the web administration")
  }

  static func skinnyNotSCCP(_ method: IntegrationMethod) -> Complaint {
    Complaint(
      "SkinnyStateMachineEnum is for SCCP groups only, and the group is \(method.title)",
      hint: Hint("leave it out", .allow))
  }

  static func trace(_ name: String, _ text: String, _ trace: SpreadsheetTrace) -> Complaint {
    let asText: Hint = "format the column as text before filling it, and write the value again"
    return switch trace {
    case .formulaError where text.utf8.allSatisfy { $0 == UInt8(ascii: "#") }:
      Complaint(
        "\(name) is \(text.quoted), which a spreadsheet shows where a column is too narrow",
        hint: "widen the column, and save the file again")
    case .formulaError:
      Complaint(
        "\(name) is \(text.quoted), which a spreadsheet shows where a formula failed",
        hint: "fix the formula, or write the value itself")
    case .number:
      Complaint(
        "\(name) is \(text.quoted), a number as a spreadsheet displays it", hint: asText)
    case .date:
      Complaint(
        "\(name) is \(text.quoted), which a spreadsheet has turned into a date", hint: asText)
    case .zerosStripped(let id):
      Complaint(
        "\(name) is \(text.quoted), a GUID that has lost zeros",
        hint: "most likely it was \(id); format the column as text")
    case .hardSpace:
      Complaint(
        "\(name) is \(text.withSpacesShown.quoted), with a space that is not a plain one",
        hint: "type the value instead of copying it from a page")
    case .curlyQuote:
      Complaint(
        "\(name) is \(text.quoted), with a curly quotation mark",
        hint: "write the value without it, or with a straight one")
    }
  }

  static func host(
    _ name: String, _ text: String, _ fault: Host.Fault, label: String
  ) -> Complaint {
    let allow = Hint("", .allow)
    // An address in the other field, or in brackets, is reported as such.
    let isOther = fault == .isIPv4 || fault == .isIPv6 || fault == .bracketed
    if !isOther, let mistake = HostMistake.found(in: text) {
      return Complaint("\(name) is \(text.quoted), \(mistake.what)", hint: Hint(mistake.hint))
    }
    return switch fault {
    case .notIPv4:
      Complaint(
        "\(name) is \(text.quoted), which is not an IPv4 address",
        hint: "an IPv4 address is four numbers of 0 to 255 without leading zeros")
    case .isIPv6:
      Complaint(
        "\(name) is \(text.quoted), an IPv6 address",
        hint: "IPv6 addresses go into HostOrIPAddressV6")
    case .isIPv4:
      Complaint(
        "\(name) is \(text.quoted), an IPv4 address",
        hint: "IPv4 addresses go into HostOrIPAddress")
    case .notIPv6 where !name.hasSuffix("V6"):
      Complaint(
        "\(name) is \(text.quoted), which is neither an IPv4 address nor a host name",
        hint: "write no port here; ports go into Port and TlsPort")
    case .notIPv6:
      Complaint(
        "\(name) is \(text.quoted), which is not an IPv6 address",
        hint: "write no port and no zone here; ports go into Port and TlsPort")
    case .bracketed:
      Complaint(
        "\(name) is \(text.quoted), with brackets",
        hint: "write the address alone, without brackets and port")
    case .tooLong:
      Complaint("\(name) is longer than the 253 characters of a host name", hint: allow)
    case .badLabel:
      Complaint(
        "\(name) is \(text.quoted), which is not a host name: "
          + (label.isEmpty
            ? "a part of it is empty"
            : "\(label.quoted) is not 1 to 63 letters, digits and inner hyphens"),
        // Text that no server takes as a name must not be sent.
        hint: text.utf8.allSatisfy(isNameLike)
          ? allow : "write letters, digits, hyphens and dots alone")
    }
  }

  /// The operation that a word most likely means.
  private static func suggestion(_ word: String) -> String {
    let others = [
      "add": "create", "insert": "create", "new": "create", "modify": "update", "change": "update",
      "edit": "update", "set": "update", "remove": "delete", "drop": "delete",
    ]
    let folded = word.lowercased()
    let meant =
      others[folded] ?? others.first { folded.hasPrefix($0.key) && $0.key.utf8.count > 2 }?.value
      ?? Spelling.nearest(to: word, among: Operation.allCases.map(\.rawValue))
    return meant.map { "did you mean \($0)?" } ?? ""
  }

  /// What to do about a word that is written where there is no value; `nil` for other texts.
  private static func noValue(_ text: String) -> String? {
    if let mistake = HostMistake.powerShell(text) { return mistake.hint }
    return HostMistake.isPlaceholder(text)
      ? "leave the cell empty to keep what the server has" : nil
  }

  /// True for what a server may still take as a name: letters, digits, `.`, `-`, `_`.
  private static func isNameLike(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "._-".utf8.contains(byte)
    }
  }
}

extension String {
  /// With every space but the plain one written as its code.
  fileprivate var withSpacesShown: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.value >= 0x80, scalar.properties.isWhitespace {
        text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Operation {
  fileprivate var pastParticiple: String {
    switch self {
    case .create: "created"
    case .update: "updated"
    case .upsert: "created or updated"
    case .delete: "deleted"
    }
  }
}
