// The report on servers that no row names.

import BatchEngine

extension UnnamedServers {
  /// The maximum number of servers that people are shown.
  private static let shown = 5

  /// Reports them on standard error; prints nothing if there are none.
  func report(on console: Console) {
    guard count > 0 else { return }
    let (isNot, areNot) =
      isOfRestore
      ? ("is not in the source", "are not in the source") : ("is in no row", "are in no row")
    let place = groups == 1 ? "this port group" : "these port groups"
    console.note(
      count == 1
        ? "1 server of \(place) \(isNot), and stays as it is:"
        : "\(Quantity.count(count)) servers of \(place) \(areNot), and stay as they are:")
    for server in first.prefix(Self.shown) {
      console.note("  \(server.summary) in \"\(server.group)\"".escapedForDisplay)
    }
    let more = count - min(first.count, Self.shown)
    if more > 0 { console.note("  … and \(Quantity.count(more)) more") }
  }
}
