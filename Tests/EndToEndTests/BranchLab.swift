/// Six port groups, and changes of every kind in each of them, for experiments that kill the program.
enum BranchLab {
  static let groups = 6

  /// Each group has four SIP proxies.
  static let lab = {
    var lab = Lab()
    for group in 1...groups {
      lab.add("Branch \(group)", [1, 2, 3, 4].map { .proxy("10.0.0.\($0)", precedence: $0) })
    }
    return lab
  }()

  /// Moves two servers, deletes one and creates two, in each group.
  static let changes = {
    var text = "PortGroup,Operation,Service,Match Host,Host,Port,TLS Port,Precedence\n"
    for group in 1...groups {
      for row in [
        "update,102,10.0.0.1,10.0.0.11,,,", "update,102,10.0.0.2,10.0.0.1,,,",
        "delete,102,,10.0.0.3,,,", "create,102,,10.0.0.21,5060,5061,21",
        "create,102,,10.0.0.22,5060,5061,22",
      ] { text += "Branch \(group),\(row)\n" }
    }
    return text
  }()
}
