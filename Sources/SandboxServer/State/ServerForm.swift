/// The fields that a client sent for a port group server, by their exact names.
///
/// Unknown and read-only fields are ignored, as the real server does (reference CUPI.md §3.1). Names are
/// case-sensitive. One response lists all problems of a request.
struct ServerForm {
  let fields: [String: String]
  let habits: SandboxHabits

  /// True if the client sent a precedence.
  var hasPrecedence: Bool { fields["Precedence"] != nil }

  /// The record of a new server.
  ///
  /// - Throws: A refusal with status 400 that lists each missing or invalid field.
  func creation(in group: GroupRecord, id: String) throws(RequestRefusal) -> ServerRecord {
    var problems: [RequestRefusal.Detail] = []
    var record = ServerRecord(id: id, groupID: group.id, service: 0)
    switch fields["MediaPortGroupObjectId"] {
    case nil: problems.append(.missing("MediaPortGroupObjectId"))
    case let given? where given.lowercased() != group.id:
      problems.append(
        .invalid(
          "MediaPortGroupObjectId", given,
          "it must be the id of the port group in the path, \(group.id)"))
    default: break
    }
    switch fields["MediaRemoteServiceEnum"] {
    case nil: problems.append(.missing("MediaRemoteServiceEnum"))
    case let given?:
      if let service = wholeNumber(given), Service.known.contains(service) {
        record.service = service
        if service == Service.pimg { problems.append(Self.pimg) }
      } else {
        problems.append(.invalid("MediaRemoteServiceEnum", given, "allowed is 100 to 106"))
      }
    }
    apply(to: &record, in: group, &problems)
    guard problems.isEmpty else { throw RequestRefusal(400, problems) }
    record.fillDefaults(habits)
    return record
  }

  /// A server's record after an update; fields that were not sent keep their values.
  ///
  /// - Throws: A refusal with status 400 that lists each invalid field.
  func update(of record: ServerRecord, in group: GroupRecord) throws(RequestRefusal) -> ServerRecord
  {
    var problems: [RequestRefusal.Detail] = []
    var changed = record
    apply(to: &changed, in: group, &problems)
    guard problems.isEmpty else { throw RequestRefusal(400, problems) }
    if changed.host.isEmpty && changed.hostV6.isEmpty { changed.host = "127.0.0.1" }
    return changed
  }

  /// Refuses a write in a PIMG group, or to a PIMG server in any group (API page: not supported).
  static func checkWritable(_ group: GroupRecord, _ server: ServerRecord? = nil)
    throws(RequestRefusal)
  {
    if server?.service == Service.pimg { throw RequestRefusal(400, [pimg]) }
    guard group.integration == Integration.pimg else { return }
    throw RequestRefusal(
      400, .notSupported,
      "Port group \(group.displayName) is a PIMG group: its servers cannot be created, updated or "
        + "deleted")
  }

  private func apply(
    to record: inout ServerRecord, in group: GroupRecord, _ problems: inout [RequestRefusal.Detail]
  ) {
    set("HostOrIPAddress", &record.host, &problems)
    set("HostOrIPAddressV6", &record.hostV6, &problems)
    set("Port", &record.port, 0...habits.largestPort, &problems)
    set("TlsPort", &record.tlsPort, 0...habits.largestPort, &problems)
    var precedence: Int? = record.precedence
    set("Precedence", &precedence, 0...9999, &problems)
    record.precedence = precedence ?? 0
    if let given = fields["SkinnyStateMachineEnum"] {
      if habits.takesAnyNumber, let state = Int(given) {
        record.skinnyStateMachine = state
      } else if group.integration != Integration.sccp {
        problems.append(
          .invalid("SkinnyStateMachineEnum", given, "it is valid only for SCCP integration"))
      } else if let state = wholeNumber(given), state == 10 || state == 20 {
        record.skinnyStateMachine = state
      } else {
        problems.append(.invalid("SkinnyStateMachineEnum", given, "allowed is 10 or 20"))
      }
    }
  }

  private func set(_ name: String, _ value: inout String, _ problems: inout [RequestRefusal.Detail])
  {
    guard let given = fields[name] else { return }
    guard given.unicodeScalars.allSatisfy(isPrintable) else {
      return problems.append(.invalid(name, given, "control characters are not allowed"))
    }
    value = habits.stored(given)
  }

  private func set(
    _ name: String, _ value: inout Int?, _ range: ClosedRange<Int>,
    _ problems: inout [RequestRefusal.Detail]
  ) {
    guard let given = fields[name] else { return }
    if let number = wholeNumber(given), range.contains(number) {
      value = number
    } else if habits.takesAnyNumber, let number = Int(given) {
      value = number
    } else {
      problems.append(
        .invalid(name, given, "allowed is \(range.lowerBound) to \(range.upperBound)"))
    }
  }

  private static let pimg = RequestRefusal.Detail(
    code: .notSupported,
    message: "MediaRemoteServiceEnum 104: PIMG servers cannot be created, updated or deleted")
}

extension RequestRefusal.Detail {
  /// The problem of a mandatory field that was not sent.
  static func missing(_ name: String) -> RequestRefusal.Detail {
    RequestRefusal.Detail(
      code: .mandatoryParameterMissing, message: "\(name) is mandatory and missing")
  }

  /// The problem of a field with a value that is not allowed; `rule` is the end of the sentence.
  static func invalid(_ name: String, _ value: String, _ rule: String) -> RequestRefusal.Detail {
    RequestRefusal.Detail(
      code: .invalidParameter, message: "\(name) is '\(printable(value))'; \(rule)")
  }
}

/// Parses a whole number in decimal digits; white space around it is ignored.
func wholeNumber(_ text: String) -> Int? {
  let digits = text.unicodeScalars.drop { $0.properties.isWhitespace }
    .prefix { !$0.properties.isWhitespace }
  let rest = text.unicodeScalars[digits.endIndex...]
  return rest.allSatisfy(\.properties.isWhitespace) ? decimal(String(digits)) : nil
}
