/// What makes one configuration of a port group into another.
///
/// Ids and URIs are not compared. A field that one side does not know, such as a column that a file lacks, is not
/// compared either.
package struct GroupComparison: Sendable, Equatable {
  package enum Difference: Sendable, Equatable {
    /// Only the new configuration has the server.
    case added(FieldValues)
    /// Only the old configuration has the server.
    case removed(FieldValues)
    /// The server has other values in these fields.
    case changed(from: FieldValues, to: FieldValues, fields: [Field])
  }

  /// The differences: servers that are removed, changed, added; each in the order of their side.
  package let differences: [Difference]
  /// The servers of the old configuration that are the same in the new one.
  package let unchanged: [FieldValues]

  /// Compares two configurations of one group.
  package init(old: [FieldValues], new: [FieldValues]) {
    let pairing = ServerPairing(wanted: new, present: old)
    var (changed, added): ([Difference], [Difference]) = ([], [])
    var same: [FieldValues] = []
    for (index, match) in pairing.matches.enumerated() {
      guard let match else {
        added.append(.added(new[index]))
        continue
      }
      let fields = new[index].differences(from: old[match])
      if fields.isEmpty {
        same.append(old[match])
      } else {
        changed.append(.changed(from: old[match], to: new[index], fields: fields))
      }
    }
    differences = pairing.rest.map { .removed(old[$0]) } + changed + added
    unchanged = same
  }
}
