// A list that is longer than any is not read to its end.

import PortGroupModel
import Testing

@testable import UnityConnection

@Suite struct PagedListTests {
  private static func page(_ numbers: Range<Int>, total: Int) -> ListPage<PortGroupServer> {
    ListPage(
      total: total,
      objects: numbers.map { PortGroupServer(objectID: Example.id(number: $0), fields: [:]) })
  }

  @Test func `a list that grows with each page ends at the limit`() {
    var list = PagedList<PortGroupServer>(id: \.objectID)
    for start in stride(from: 0, to: 99_000, by: 1_000) {
      list.take(Self.page(start..<start + 1_000, total: start + 2_000))
      #expect(list.state == .more(page: start / 1_000 + 2))
    }
    list.take(Self.page(99_000..<100_000, total: 100_001))
    #expect(
      list.state
        == .tooLong(
          "the server counts 100001 objects, and a list of more than 100000 is not read"))
    #expect(list.objects.count == 99_000)
  }

  @Test func `a list of the largest size is read whole`() {
    var list = PagedList<PortGroupServer>(id: \.objectID)
    list.take(Self.page(0..<100_000, total: 100_000))
    #expect(list.state == .whole)
  }
}
