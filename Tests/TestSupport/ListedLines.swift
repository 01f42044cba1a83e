extension StringProtocol {
  /// The lines of a list for programs, without the object that ends it.
  package var listed: [SubSequence] {
    split(separator: "\n").filter { !$0.hasPrefix(#"{"schema":1,"type":"end","#) }
  }
}
