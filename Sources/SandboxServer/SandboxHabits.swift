/// Undocumented behavior of the real server, one switch each; the default is the most likely behavior (CUPI.md §7).
package struct SandboxHabits: Sendable, Equatable {
  /// What must be unique among the servers of one service in one group; a duplicate is refused with 400.
  package enum Unique: String, Sendable, CaseIterable {
    case none
    case precedence
    case host
  }

  /// Whether a group's last call manager or SIP proxy can be deleted.
  package enum LastServer: String, Sendable, CaseIterable {
    case delete
    /// The deletion is refused with 400.
    case keep
  }

  /// Which new servers get port 5060 and TLS port 5061 if the request does not set them.
  package enum DefaultPorts: String, Sendable, CaseIterable {
    /// SIP proxies, as in the API page's list examples.
    case sip
    case all
    case none
  }

  /// The precedence of a new server if the request does not set one.
  package enum DefaultPrecedence: String, Sendable, CaseIterable {
    case zero
    /// One more than the highest precedence among the group's servers of that service.
    case next
  }

  /// Whether host names are converted to lower case.
  package enum HostCase: String, Sendable, CaseIterable {
    case keep
    case lower
  }

  /// The URI in the response to a creation; the API page shows all three forms.
  package enum CreatedURI: String, Sendable, CaseIterable {
    /// `/vmrest/portgroups/GROUP/portgroupservers/ID`, as lists show it.
    case nested
    /// `/vmrest/portgroupservers/ID`.
    case flat
    /// `/vmrest/portgroups/ID`, where `ID` is the id of the new server.
    case group
  }

  /// The response to the creation of a TFTP server; the API page shows both forms.
  package enum CreatedTFTP: String, Sendable, CaseIterable {
    case uri
    /// 204, without a body and without `Location`.
    case nothing
  }

  /// The `Location` field in the response to a creation.
  package enum Location: String, Sendable, CaseIterable {
    case plain
    /// The request's path followed by the whole URI, as in a trace of a real server.
    case doubled
  }

  /// The status for an id that does not exist.
  package enum UnknownID: String, Sendable, CaseIterable {
    case notFound = "404"
    case badRequest = "400"
  }

  package var unique = Unique.none
  package var lastServer = LastServer.delete
  /// The maximum `Port` and `TlsPort`: 9999 according to the API page; real ports go up to 65535.
  package var largestPort = 9999
  /// True if writes may have numbers outside the documented ranges, and a skinny state machine in any group.
  ///
  /// A real server may show such values, and then a restore must be able to put them back.
  package var takesAnyNumber = false
  package var defaultPorts = DefaultPorts.sip
  package var defaultPrecedence = DefaultPrecedence.zero
  package var hostCase = HostCase.keep
  package var createdURI = CreatedURI.nested
  package var createdTFTP = CreatedTFTP.uri
  package var location = Location.plain
  package var unknownID = UnknownID.notFound
  /// The number of objects on a page of a list if the request does not set one.
  package var pageSize = 2000

  package init() {}
}
