package import PortGroupModel

/// One page of a list.
package struct ListPage<Object: Sendable>: Sendable {
  /// The number of objects on all pages.
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
  /// The names, sorted, of fields that the server sent and that the model does not have.
  package let unknownFields: [String]
  /// The number of exchanges: one per page, and one more to verify an empty list.
  package let exchanges: Int

  package init(servers: [PortGroupServer], unknownFields: [String] = [], exchanges: Int = 1) {
    self.servers = servers
    self.unknownFields = unknownFields
    self.exchanges = exchanges
  }
}

/// Joins the pages of a list and detects its end, without I/O.
struct PagedList<Object: Sendable> {
  enum State: Equatable {
    /// The number of the next page to request, from 1.
    case more(page: Int)
    case complete
    /// Why the list cannot be completed.
    case inconsistent(String)
    /// Why the list is not read to its end.
    case tooLong(String)
  }

  /// The maximum number of objects in a list; the largest servers have far fewer.
  static var limit: Int { 100_000 }

  private(set) var objects: [Object] = []
  private(set) var state = State.more(page: 1)
  private let id: @Sendable (Object) -> ObjectID
  private var seen: Set<ObjectID> = []

  init(id: @escaping @Sendable (Object) -> ObjectID) { self.id = id }

  /// Adds the page whose number is in `state`.
  ///
  /// The list is complete when the number of objects equals the total of the last page. A page without new
  /// objects ends the list as well.
  mutating func append(_ page: ListPage<Object>) {
    guard case .more(let number) = state else { return }
    // Each page must add objects and stay within its total, so no list can exceed this limit.
    guard page.total <= Self.limit else {
      state = .tooLong(
        "the server counts \(page.total) objects, and a list of more than \(Self.limit) is not read"
      )
      return
    }
    let newObjects = page.objects.filter { seen.insert(id($0)).inserted }
    objects += newObjects
    if objects.count == page.total {
      state = .complete
    } else if newObjects.isEmpty || objects.count > page.total {
      state = .inconsistent("\(objects.count) came, but the server counts \(page.total)")
    } else {
      state = .more(page: number + 1)
    }
  }
}
