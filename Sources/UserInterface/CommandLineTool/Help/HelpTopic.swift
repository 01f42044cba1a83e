/// A page of help about something that several commands have in common.
package struct HelpTopic: Sendable, Equatable, CaseIterable {
  /// The word after `help`.
  package let name: String
  /// One line for the list of topics, without a full stop.
  package let summary: String
  package let sections: [HelpSection]

  package static let allCases = [connection, files, environment, json, exitCodes]

  /// The topic with exactly this name.
  package static func named(_ name: String) -> HelpTopic? { allCases.first { $0.name == name } }

  /// The topics, as a section of a page.
  static var list: HelpSection {
    HelpSection(
      "Topics (cupibulk help TOPIC)", items: allCases.map { .init($0.name, $0.summary) }, column: 15
    )
  }
}
