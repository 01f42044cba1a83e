/// A short look into a store's file, which leaves it and the files beside it as they are.
///
/// It takes no lock that another process waits for, waits for none, and converts nothing.
package enum FileGlance {
  /// Runs queries on the file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - schema: Its schema; a file with an older, newer or other one is not read.
  ///   - work: The queries.
  /// - Returns: What the work returns; `nil` for a file that is not of this schema, locked, damaged, or no file.
  package static func at<Value>(
    _ path: String, _ schema: Schema, _ work: (any SQLSession) throws -> Value
  ) -> Value? {
    guard let database = try? Database(lookingAt: path), (try? database.has(schema)) == true else {
      return nil
    }
    return try? work(database)
  }
}
