// What nobody knows about the real server: a switch for each, with the likeliest answer as its default.

/// How a sandbox behaves where no document says how the real server does (reference CUPI.md §7).
package struct SandboxHabits: Sendable, Equatable {
  /// What two servers of one service in one group must not share; a second one is refused with 400.
  package enum Unique: String, Sendable, CaseIterable {
    case none
    case precedence
    case host
  }

  /// Whether a group's last call manager or SIP proxy can be deleted.
  package enum LastServer: String, Sendable, CaseIterable {
    case delete
    /// It is refused with 400.
    case keep
  }

  /// Which new servers get port 5060 and TLS port 5061 where the request names none.
  package enum DefaultPorts: String, Sendable, CaseIterable {
    /// SIP proxies: the API page's list examples show them so.
    case sip
    case all
    case none
  }

  /// The precedence of a new server where the request names none.
  package enum DefaultPrecedence: String, Sendable, CaseIterable {
    case zero
    /// One more than the highest among the group's servers of that service.
    case next
  }

  /// What becomes of the letters of a host name.
  package enum HostCase: String, Sendable, CaseIterable {
    case keep
    case lower
  }

  /// The URI that a creation answers with; the API page shows all three.
  package enum CreatedURI: String, Sendable, CaseIterable {
    /// `/vmrest/portgroups/GROUP/portgroupservers/ID`, as lists show it.
    case nested
    /// `/vmrest/portgroupservers/ID`.
    case flat
    /// `/vmrest/portgroups/ID`, with the new server's id.
    case group
  }

  /// How the creation of a TFTP server is answered; the API page shows both.
  package enum CreatedTFTP: String, Sendable, CaseIterable {
    case uri
    /// 204, without a body and without a `Location`.
    case nothing
  }

  /// The `Location` of a creation.
  package enum Location: String, Sendable, CaseIterable {
    case plain
    /// The request's path and then the whole URI once more, as a trace of a real server shows it.
    case doubled
  }

  /// The status for an id that does not exist.
  package enum UnknownID: String, Sendable, CaseIterable {
    case notFound = "404"
    case badRequest = "400"
  }

  package var unique = Unique.none
  package var lastServer = LastServer.delete
  /// The largest `Port` and `TlsPort`; 9999 says the API page, real ports go up to 65535.
  package var largestPort = 9999
  package var defaultPorts = DefaultPorts.sip
  package var defaultPrecedence = DefaultPrecedence.zero
  package var hostCase = HostCase.keep
  package var createdURI = CreatedURI.nested
  package var createdTFTP = CreatedTFTP.uri
  package var location = Location.plain
  package var unknownID = UnknownID.notFound
  /// Objects on a page of a list where the request names no number.
  package var pageSize = 2000

  package init() {}
}
