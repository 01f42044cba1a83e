import JSONStreams

/// A small JSON object for the ledger: texts and lists of texts, its keys in alphabetic order.
struct JSONObject {
  enum Value {
    case text(String)
    case list([String])
  }

  let text: String

  init(_ members: [String: Value]) {
    var writer = JSONTextWriter()
    writer.beginObject()
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      writer.key(key)
      switch value {
      case .text(let text): writer.string(text)
      case .list(let texts):
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
      }
    }
    writer.endObject()
    text = String(decoding: writer.takeBytes(), as: UTF8.self)
  }
}
