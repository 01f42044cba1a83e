// Which resource a path names, and what may be done with it.

import HTTPMessages

/// A resource of the API; ids are in lower case, and need not be those of anything that exists.
enum Route: Equatable {
  case version
  case productVersion
  case groups
  case group(String)
  case servers(group: String)
  case server(String, group: String)

  /// Finds the resource of a path; `nil` where the API has none.
  init?(_ segments: [String]) {
    guard segments.first == "vmrest" else { return nil }
    let rest = segments.dropFirst()
    switch (rest.count, rest.first) {
    case (1, "version"): self = .version
    case (2, "version") where rest.last == "product": self = .productVersion
    case (1, "portgroups"): self = .groups
    case (2, "portgroups"): self = .group(segments[2].lowercased())
    case (3, "portgroups") where segments[3] == "portgroupservers":
      self = .servers(group: segments[2].lowercased())
    case (4, "portgroups") where segments[3] == "portgroupservers":
      self = .server(segments[4].lowercased(), group: segments[2].lowercased())
    default: return nil
    }
  }

  /// The methods that the resource knows, as the `Allow` field of a 405 lists them.
  var methods: [HTTPMethod] {
    switch self {
    case .version, .productVersion, .groups, .group: [.get, .head]
    case .servers: [.get, .head, .post]
    case .server: [.get, .head, .put, .delete]
    }
  }
}
