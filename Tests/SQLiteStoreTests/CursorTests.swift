// Reading a query piece by piece.

import SQLiteStore
import TestSupport
import Testing

@Suite struct CursorTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("a.db")
    let database = try Database(.file(path))
    try database.execute("CREATE TABLE numbers (n INTEGER) STRICT")
    for number in 1...7 { try database.run("INSERT INTO numbers VALUES (?1)", [.integer(number)]) }
  }

  private func cursor(above: Int = 0) throws -> Cursor<Int> {
    try Cursor(
      Database(.file(path), options: DatabaseOptions(readOnly: true)),
      "SELECT n FROM numbers WHERE n > ?1 ORDER BY n", [.integer(above)]
    ) { row in row.integer() }
  }

  @Test(arguments: [(1, 7), (3, 3), (7, 1), (100, 1)])
  func `pieces of any size give every row once and then nothing`(size: Int, count: Int) throws {
    let cursor = try cursor()
    var pieces: [[Int]] = []
    while case let piece = try cursor.next(size), !piece.isEmpty { pieces.append(piece) }
    #expect(pieces.count == count)
    #expect(pieces.flatMap { $0 } == Array(1...7))
    #expect(try cursor.next(size) == [])
  }

  @Test func `a query without rows gives nothing`() throws {
    #expect(try cursor(above: 7).next(10) == [])
  }

  @Test func `what others write meanwhile does not show`() throws {
    let cursor = try cursor()
    #expect(try cursor.next(2) == [1, 2])
    try Database(.file(path)).execute("DELETE FROM numbers WHERE n > 3")
    var rest: [Int] = []
    try cursor.forEach { rest.append($0) }
    #expect(rest == [3, 4, 5, 6, 7])
  }
}
