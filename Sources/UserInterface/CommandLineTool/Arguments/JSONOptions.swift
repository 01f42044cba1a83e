// The options for programs that read the result.

extension Option {
  package static let json = Option("json", in: .output, "print the result as JSON")
  package static let rowsTo = Option(
    "rows-to", .text("FILE", .files), in: .output, readsEnvironment: false,
    "write what becomes of each row to FILE as soon as it is recorded, a JSON object a line; FILE may be a "
      + "pipe that another program reads")
}
