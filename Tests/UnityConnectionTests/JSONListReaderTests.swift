// Lists that are read as a stream equal those that are read from a tree.

import JSONStreams
import PortGroupModel
import TestSupport
import Testing

@testable import UnityConnection

@Suite struct JSONListReaderTests {
  private static let documents = [
    #"{"@total":"0"}"#, #"{"@total":2,"A":[{},{}]}"#, #"{"@total":" 1","A":{}}"#, #"{"A":{}}"#,
    #"{"@total":"-1"}"#, #"{"@total":"x"}"#, #"{"@total":null}"#, #"{"@total":{"@total":"1"}}"#,
    #"{"A":{"b":"1","c":2,"d":true,"e":false,"f":null},"@total":"1"}"#,
    #"{"@total":"1","A":[{"b":{"b":"x","c":[1]},"c":[],"d":[{"b":1}]},{"b":""}]}"#,
    #"{"@total":"1","B":[{"b":"1"}],"A":[{"c":"2"}]}"#, #"{"@total":"1","B":{"A":{"c":"2"}}}"#,
    #"{"@total":"1","A":"x"}"#, #"{"@total":"1","A":null}"#, #"{"@total":"1","A":[]}"#,
    #"{"@total":"1","A":[[{"b":"1"}],1,null,"x",{"b":"2"}]}"#,
    #"{"@total":"1","A":[{"b":"1"}],"c":{"d":[{"e":1}]}}"#,
    #"{"@total":"1","A":{"A":{"A":[]}}}"#, #"{"@total":"1","A":[{"@total":"7"}]}"#,
    #"{"@total":"1","A":[{"b":"1","b":"2"}]}"#, #"{"@total":"1","@total":"2"}"#,
    #"{"@total":"1","A":[],"A":[]}"#, #"{"@total":"1","A":[{"b":"1"},{"b":"2"}]}"#,
    #"{"@total":"1","A":[{"b":"1"}"#, #"{"@total":"1",}"#, "{", "", "x", "{}", "[]",
  ]

  /// Reads the list from a tree of the text.
  private func treeList(_ body: [UInt8]) throws(WireError) -> WireList {
    let root = try JSONWire.parse(body)
    guard let total = root["@total"]?.text.flatMap({ Int($0) }), total >= 0 else {
      throw WireError("a JSON object without \"@total\" came in place of a list")
    }
    let values: [JSONValue] =
      switch root["A"] {
      case .array(let elements): elements
      case .object(let members): [.object(members)]
      default: []
      }
    return WireList(total: total, objects: values.map(\.object))
  }

  /// The list as text, or the error; for a duplicate key without the position, which only a tree reports.
  private func outcome(_ read: () throws(WireError) -> WireList) -> String {
    do throws(WireError) {
      let list = try read()
      return "\(list.total) \(list.objects.map(\.fields))"
    } catch {
      return error.detail.contains("occurs twice") ? "a key occurs twice" : error.detail
    }
  }

  private func compare(_ document: String) {
    let body = Array(document.utf8)
    let streamed = outcome { () throws(WireError) in try JSONWire.list(body, of: "A") }
    let tree = outcome { () throws(WireError) in try treeList(body) }
    #expect(streamed == tree, "\(document.prefix(300))")
  }

  @Test(arguments: documents) func `a streamed list equals the list from a tree`(document: String) {
    compare(document)
  }

  @Test func `a streamed list of random structure equals the list from a tree`() {
    var generator = SeededGenerator(seed: 3_141)
    func value(_ depth: Int) -> String {
      switch Int.random(in: 0...(depth > 4 ? 3 : 7), using: &generator) {
      case 0: return "\"x\""
      case 1: return "7"
      case 2: return "null"
      case 3: return "true"
      case 4, 5:
        let keys = ["A", "@total", "b", "c"].shuffled(using: &generator)
          .prefix(Int.random(in: 0...4, using: &generator))
        return "{" + keys.map { "\"\($0)\":\(value(depth + 1))" }.joined(separator: ",") + "}"
      default:
        let count = Int.random(in: 0...3, using: &generator)
        return "[" + (0..<count).map { _ in value(depth + 1) }.joined(separator: ",") + "]"
      }
    }
    for _ in 1...1_000 {
      compare("{\"@total\":\"1\",\"A\":\(value(1)),\"b\":\(value(1))}")
    }
  }

  @Test func `a text that is split between several pieces is read as one`() {
    // A text is parsed in pieces of 64 kibibytes.
    let filling = String(repeating: "y", count: 1_000)
    let items = (1...1_000).map { #"{"c":"\#(filling)\#($0)","d":{"e":[\#($0)]}}"# }
    compare(#"{"@total":"1000","A":[\#(items.joined(separator: ","))]}"#)
  }
}
