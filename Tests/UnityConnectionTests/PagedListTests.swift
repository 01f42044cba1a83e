// The limit on the number of objects in a list.

import PortGroupModel
import Testing

@testable import UnityConnection

@Suite struct PagedListTests {
  private static func page(_ numbers: Range<Int>, total: Int) -> ListPage<PortGroupServer> {
    ListPage(
      total: total,
      objects: numbers.map { PortGroupServer(objectID: ExampleID.id(number: $0), fields: [:]) })
  }

  @Test func `a list that grows with each page is stopped at the limit`() {
    var list = PagedList<PortGroupServer>(id: \.objectID)
    for start in stride(from: 0, to: 99_000, by: 1_000) {
      list.append(Self.page(start..<start + 1_000, total: start + 2_000))
      #expect(list.state == .more(page: start / 1_000 + 2))
    }
    list.append(Self.page(99_000..<100_000, total: 100_001))
    #expect(
      list.state
        == .tooLong(
          "the server counts 100001 objects, and a list of more than 100000 is not read"))
    #expect(list.objects.count == 99_000)
  }

  @Test func `a list of the maximum size is read completely`() {
    var list = PagedList<PortGroupServer>(id: \.objectID)
    list.append(Self.page(0..<100_000, total: 100_000))
    #expect(list.state == .complete)
  }
}
