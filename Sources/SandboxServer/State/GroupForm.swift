/// The fields that a client sent for a port group, by their exact names.
///
/// Unknown and read-only fields are ignored. One response lists all problems of a request. Source for the
/// mandatory fields: reference CUPI.md §2.1.
struct GroupForm {
  let fields: [String: String]

  /// The record of a new group; `phoneSystem` finds a phone system by its id in lower case.
  ///
  /// - Throws: A refusal with status 400 that lists each missing or invalid field.
  func creation(
    id: String, phoneSystem: (String) throws -> PhoneSystemRecord?
  ) throws -> GroupRecord {
    var problems: [RequestRefusal.Detail] = []
    let integration = integration(&problems)
    checkTemplate(of: integration, &problems)
    var record = GroupRecord(
      id: id, displayName: "", integration: integration ?? Integration.sip, phoneSystemID: "",
      phoneSystemName: "")
    if let given = required("MediaSwitchObjectId", &problems) {
      if let found = try phoneSystem(given.lowercased()) {
        record.phoneSystemID = found.id
        record.phoneSystemName = found.displayName
      } else {
        problems.append(.invalid("MediaSwitchObjectId", given, "it is no phone system's id"))
      }
    }
    _ = required("DisplayName", &problems)
    _ = required("HostOrIPAddress", &problems)
    if integration == Integration.sccp { _ = required("SkinnyDevicePrefix", &problems) }
    if let host = fields["HostOrIPAddress"], !host.unicodeScalars.allSatisfy(isPrintable) {
      problems.append(.invalid("HostOrIPAddress", host, "control characters are not allowed"))
    }
    apply(to: &record, &problems)
    guard problems.isEmpty else { throw RequestRefusal(400, problems) }
    return record
  }

  /// A group's record after an update; fields that were not sent keep their values.
  ///
  /// - Throws: A refusal with status 400 that lists each invalid field.
  func update(of record: GroupRecord) throws(RequestRefusal) -> GroupRecord {
    var problems: [RequestRefusal.Detail] = []
    var changed = record
    if fields["DisplayName"] != nil { _ = required("DisplayName", &problems) }
    apply(to: &changed, &problems)
    guard problems.isEmpty else { throw RequestRefusal(400, problems) }
    return changed
  }

  /// The server that is created with a new group; its service is inferred (reference CUPI.md §1.3).
  func firstServer(of group: GroupRecord, id: String, _ habits: SandboxHabits) -> ServerRecord {
    let service =
      switch group.integration {
      case Integration.sccp: Service.callManager
      case Integration.pimg: Service.pimg
      default: Service.sipProxy
      }
    var server = ServerRecord(
      id: id, groupID: group.id, service: service,
      host: habits.stored(fields["HostOrIPAddress"] ?? ""))
    server.fillDefaults(habits)
    return server
  }

  private func integration(_ problems: inout [RequestRefusal.Detail]) -> Int? {
    let name = "TelephonyIntegrationMethodEnum"
    guard let given = required(name, &problems) else { return nil }
    if let number = wholeNumber(given), Integration.known.contains(number) { return number }
    problems.append(.invalid(name, given, "allowed is 1 to 3"))
    return nil
  }

  private func checkTemplate(of integration: Int?, _ problems: inout [RequestRefusal.Detail]) {
    let name = "MediaPortGroupTemplateObjectId"
    guard let given = required(name, &problems), let integration else { return }
    if given.lowercased() != TemplateRecord.id(of: integration) {
      problems.append(.invalid(name, given, "it is no template's id of this integration method"))
    }
  }

  private func required(_ name: String, _ problems: inout [RequestRefusal.Detail]) -> String? {
    if let given = fields[name], !given.isEmpty { return given }
    problems.append(.missing(name))
    return nil
  }

  private func apply(to record: inout GroupRecord, _ problems: inout [RequestRefusal.Detail]) {
    if let name = fields["DisplayName"] {
      record.displayName = name
      if !name.unicodeScalars.allSatisfy(isPrintable) {
        problems.append(.invalid("DisplayName", name, "control characters are not allowed"))
      }
    }
    for setting in GroupSetting.all where setting.applies(to: record.integration) {
      guard let given = fields[setting.name] else { continue }
      if let value = setting.value(of: given) {
        record.settings.values[setting.name] = value == setting.initial ? nil : value
      } else {
        problems.append(.invalid(setting.name, given, setting.rule))
      }
    }
  }
}
