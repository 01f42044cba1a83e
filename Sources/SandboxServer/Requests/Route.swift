import HTTPMessages

/// A resource of the API; ids are in lower case, and the object need not exist.
enum Route: Equatable {
  case version
  case productVersion
  case vmsServers
  case cluster
  case ports
  case users
  case phoneSystems
  case phoneSystem(String)
  case templates
  case template(String)
  case groups
  case group(String)
  case servers(group: String)
  case server(String, group: String)

  /// Finds the resource of a path; `nil` if the API has none.
  init?(_ segments: [String]) {
    guard segments.first == "vmrest" else { return nil }
    let rest = segments.dropFirst()
    switch (rest.count, rest.first) {
    case (1, "version"): self = .version
    case (2, "version") where rest.last == "product": self = .productVersion
    case (1, "vmsservers"): self = .vmsServers
    case (1, "cluster"): self = .cluster
    case (1, "ports"): self = .ports
    case (1, "users"): self = .users
    case (1, "phonesystems"): self = .phoneSystems
    case (2, "phonesystems"): self = .phoneSystem(segments[2].lowercased())
    case (1, "portgrouptemplates"): self = .templates
    case (2, "portgrouptemplates"): self = .template(segments[2].lowercased())
    case (1, "portgroups"): self = .groups
    case (2, "portgroups"): self = .group(segments[2].lowercased())
    case (3, "portgroups") where segments[3] == "portgroupservers":
      self = .servers(group: segments[2].lowercased())
    case (4, "portgroups") where segments[3] == "portgroupservers":
      self = .server(segments[4].lowercased(), group: segments[2].lowercased())
    default: return nil
    }
  }

  /// The methods that the resource supports, as the `Allow` field of a 405 response lists them.
  var methods: [HTTPMethod] {
    switch self {
    case .version, .productVersion, .vmsServers, .cluster, .ports, .users, .phoneSystems,
      .phoneSystem, .templates, .template:
      [.get, .head]
    case .groups, .servers: [.get, .head, .post]
    case .group, .server: [.get, .head, .put, .delete]
    }
  }

  /// The path with `ID` in place of each id, as it appears in the log.
  var pattern: String {
    switch self {
    case .version: "/vmrest/version"
    case .productVersion: "/vmrest/version/product"
    case .vmsServers: "/vmrest/vmsservers"
    case .cluster: "/vmrest/cluster"
    case .ports: "/vmrest/ports"
    case .users: "/vmrest/users"
    case .phoneSystems: "/vmrest/phonesystems"
    case .phoneSystem: "/vmrest/phonesystems/ID"
    case .templates: "/vmrest/portgrouptemplates"
    case .template: "/vmrest/portgrouptemplates/ID"
    case .groups: "/vmrest/portgroups"
    case .group: "/vmrest/portgroups/ID"
    case .servers: "/vmrest/portgroups/ID/portgroupservers"
    case .server: "/vmrest/portgroups/ID/portgroupservers/ID"
    }
  }
}
