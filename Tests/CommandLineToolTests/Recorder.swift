import CommandLineTool
import Foundation
import Synchronization

/// A console whose two streams write to memory.
final class Recorder: Sendable {
  private let outputBytes = Mutex<[UInt8]>([])
  private let messageBytes = Mutex<[UInt8]>([])
  private let answer = Mutex<Int32>(0)

  var output: String { outputBytes.withLock { String(decoding: $0, as: UTF8.self) } }
  var messages: String { messageBytes.withLock { String(decoding: $0, as: UTF8.self) } }

  /// From now on writing to standard output fails with this `errno`.
  func failOutput(with code: Int32) { answer.withLock { $0 = code } }

  func console(
    output: TextStream.Abilities = .none, messages: TextStream.Abilities = .none,
    columns: Int? = nil
  ) -> Console {
    Console(
      output: TextStream(abilities: output, columns: columns) { bytes in
        let code = self.answer.withLock(\.self)
        if code == 0 { self.outputBytes.withLock { $0 += bytes } }
        return code
      },
      messages: TextStream(abilities: messages, columns: columns) { bytes in
        self.messageBytes.withLock { $0 += bytes }
        return 0
      })
  }
}

extension TextStream.Abilities {
  static let terminal = TextStream.Abilities(
    isTerminal: true, movesCursor: true, showsColour: true)
  static let plainTerminal = TextStream.Abilities(
    isTerminal: true, movesCursor: true, showsColour: false)
}
