import PortGroupFiles
import PortGroupModel
import RowLedger

/// What a restore restores.
package enum RestoreSource: Sendable {
  /// A file; an export that the ledger knows belongs to the server that it was read from.
  case file(ImportInput)
  /// A run's export or a snapshot.
  case stored(any StoredConfiguration)

  /// How users name it.
  package var name: String {
    switch self {
    case .file(let input): input.source
    case .stored(let configuration): configuration.name
    }
  }

  /// The servers from which it may come, of which one must be the target; empty if that is not known.
  ///
  /// Equal files may come from several servers, such as servers without any port group server.
  package func origins() async throws(RunStop) -> [ConfigurationOrigin] {
    switch self {
    case .stored(let configuration): return [configuration.origin]
    case .file(let input):
      var origins: [ConfigurationOrigin] = []
      for path in input.files {
        origins += try await input.exports.exports(thatWrote: path).map(\.origin)
      }
      return origins
    }
  }
}

extension ExportedFile {
  /// The server that was exported.
  var origin: ConfigurationOrigin {
    ConfigurationOrigin(url: target, identity: targetIdentity, targetName: targetName)
  }
}

/// A source that was read from another server than the target.
package struct OtherTarget: Error, Sendable, Equatable {
  /// How users name the source.
  package var source: String
  /// The server that it was read from.
  package var origin: String
  /// The target.
  package var target: String

  package init(source: String, origin: String, target: String) {
    self.source = source
    self.origin = origin
    self.target = target
  }
}
