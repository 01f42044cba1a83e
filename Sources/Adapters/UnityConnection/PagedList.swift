// Lists that come in pages.

package import PortGroupModel

/// One page of a list.
package struct ListPage<Object: Sendable>: Sendable {
  /// How many objects the server has over all pages.
  package let total: Int
  package let objects: [Object]

  package init(total: Int, objects: [Object]) {
    self.total = total
    self.objects = objects
  }
}

extension ListPage: Equatable where Object: Equatable {}

/// The servers of one group.
package struct ServerList: Sendable, Equatable {
  package let servers: [PortGroupServer]
  /// Names of fields that the server sent and the model does not have, sorted.
  package let unknownFields: [String]
  /// How many exchanges it took: one a page, and one more to believe that there are none.
  package let exchanges: Int

  package init(servers: [PortGroupServer], unknownFields: [String] = [], exchanges: Int = 1) {
    self.servers = servers
    self.unknownFields = unknownFields
    self.exchanges = exchanges
  }
}

/// Puts pages together and tells when the list is whole; does no I/O.
struct PagedList<Object: Sendable> {
  enum State: Equatable {
    /// The page to ask for next, from 1.
    case more(page: Int)
    case whole
    /// Why it can never become whole.
    case broken(String)
    /// Why it is not read to its end.
    case tooLong(String)
  }

  /// How many objects a list may have, many times what the largest servers have.
  static var limit: Int { 100_000 }

  private(set) var objects: [Object] = []
  private(set) var state = State.more(page: 1)
  private let id: @Sendable (Object) -> ObjectID
  private var seen: Set<ObjectID> = []

  init(id: @escaping @Sendable (Object) -> ObjectID) { self.id = id }

  /// Takes the page that `state` asked for.
  ///
  /// The list is whole when as many objects came as the last page's total says. A page without a
  /// new object ends it, too.
  mutating func take(_ page: ListPage<Object>) {
    guard case .more(let number) = state else { return }
    // Each page must bring something new and stay within its total, so that no list has more than this.
    guard page.total <= Self.limit else {
      state = .tooLong(
        "the server counts \(page.total) objects, and a list of more than \(Self.limit) is not read"
      )
      return
    }
    let fresh = page.objects.filter { seen.insert(id($0)).inserted }
    objects += fresh
    if objects.count == page.total {
      state = .whole
    } else if fresh.isEmpty || objects.count > page.total {
      state = .broken("\(objects.count) came, but the server counts \(page.total)")
    } else {
      state = .more(page: number + 1)
    }
  }
}
