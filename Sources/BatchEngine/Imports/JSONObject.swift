import Foundation

/// A small JSON object for the ledger: texts and lists of texts, its keys in alphabetic order.
struct JSONObject: Encodable {
  enum Value: Encodable {
    case text(String)
    case list([String])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .list(let texts): try container.encode(texts)
      }
    }
  }

  private let members: [String: Value]

  init(_ members: [String: Value]) { self.members = members }

  func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }

  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and lists of texts can always be encoded.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
