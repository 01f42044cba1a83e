// Lists that are read as a stream equal those that are read from a tree.

import PortGroupModel
import TestSupport
import Testing
import XMLStreams

@testable import UnityConnection

@Suite struct XMLListReaderTests {
  private static let documents = [
    "<L total='0'/>", "<L total='2'><A/><A></A></L>", "<L total=' 1'><A/></L>", "<L><A/></L>",
    "<L total='-1'/>", "<L total='x'/>", "<L total='1' total2='7'/>",
    "<L n:total='3' xmlns:n='u'/>",
    "<A total='1'><B>x</B></A>", "<L total='1'><B><A><c>1</c></A></B><A><c>2</c></A></L>",
    "<L total='1'>text<A>text<c>1</c>text<d/>text</A>text</L>",
    "<L total='1'><A><c> 1 </c><c>2</c><c></c></A></L>",
    "<L total='1'><A><c>a<!-- -->b<![CDATA[<c>]]>&amp;&#233;</c></A></L>",
    "<L total='1'><A><c>a<d>b</d>c</c><e>f</e></A></L>",
    "<L total='1'><A><c><d><c>deep</c></d></c><c>x</c></A><A><c/></A></L>",
    "<L total='1'><A x='y'><c z='1'>2</c></A></L>",
    "<L total='1'><A><c>\n  <d/>\n</c></A></L>", "<L total='1'><A><c>\n</c></A></L>",
    "<L total='1'><A><c>1</c></A>", "<L total='1'><A><c>1</c></B></L>", "<L total='1'", "", "x",
    "<!DOCTYPE L><L total='1'/>", "<L total='9'><A><A>1</A></A><Aa><A>2</A></Aa></L>",
  ]

  /// Reads the list from a tree of the document.
  private func treeList(_ body: [UInt8]) throws(WireError) -> WireList {
    let root = try XMLWire.parse(body)
    let total = root.attributes.first { $0.name == "total" }.flatMap { Int($0.value) }
    guard let total, total >= 0 else {
      throw WireError("<\(root.name)> came in place of a list with its total")
    }
    return WireList(
      total: total, objects: root.children.filter { $0.name == "A" }.map(\.object))
  }

  private func outcome(_ read: () throws(WireError) -> WireList) -> String {
    do throws(WireError) {
      let list = try read()
      return "\(list.total) \(list.objects.map(\.fields))"
    } catch {
      return error.detail
    }
  }

  private func compare(_ document: String) {
    let body = Array(document.utf8)
    let streamed = outcome { () throws(WireError) in try XMLWire.list(body, of: "A") }
    let tree = outcome { () throws(WireError) in try treeList(body) }
    #expect(streamed == tree, "\(document.prefix(300))")
  }

  @Test(arguments: documents) func `a streamed list equals the list from a tree`(document: String) {
    compare(document)
  }

  @Test func `a streamed list of random structure equals the list from a tree`() {
    var generator = SeededGenerator(seed: 2_718)
    let pieces = [
      "<A>", "</A>", "<c>", "</c>", "<c/>", "<d>1</d>", "<A/>", " ", "x", "&lt;", "<!---->",
      "<c>2</c>",
      "<A><c>3</c></A>", "<B>", "</B>", "<![CDATA[ ]]>", "<c k='v'>4</c>",
    ]
    for _ in 1...5_000 {
      let count = Int.random(in: 0...9, using: &generator)
      let inner = (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }
      compare("<L total='1'>\(inner.joined())</L>")
    }
  }

  @Test func `a text that is split between two pieces is read as one`() {
    // A document is parsed in pieces of a mebibyte.
    let filling = String(repeating: "y", count: 3_000)
    let items = (1...1_000).map { "<A><c>\(filling)\($0)</c><d>\($0)</d></A>" }
    compare("<L total='1000'>\(items.joined())</L>")
  }
}
