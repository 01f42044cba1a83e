import FoundationEssentials

/// What stays as it was when a run is resumed; the ledger keeps it as JSON text.
///
/// Slots, rate, waits and credentials are free at each attempt. `--max-fail` stays unless it is given
/// again: a run that it has stopped continues only with more.
struct StoredOptions: Codable, Equatable {
  /// How the input was understood, for the books alone: its rows are in the ledger.
  struct Reading: Codable, Equatable {
    var mode: String
    var column: [String]
    var set: [String]
    var allow: [String]
    var onlyGroup: [String]?
    var limit: Int?
  }

  var reading: Reading?
  var maxDelete: RowLimit = 0
  var allowLast = false
  var verify = PushOptions.Verification.all
  var skipInvalid = false
  var isPart = false
  /// As it is typed; ledgers from before it was kept have none.
  var maxFail: String?

  init(_ options: PushOptions, reading: Reading? = nil) {
    self.reading = reading
    maxDelete = options.maxDelete
    allowLast = options.allowLast
    verify = options.verify
    skipInvalid = options.skipInvalid
    isPart = options.isPart
    maxFail = options.maxFail?.description
  }

  /// Reads what the ledger keeps; `nil` if it is no text of ours.
  init?(json: String) {
    guard let options = try? JSONDecoder().decode(StoredOptions.self, from: Data(json.utf8)) else {
      return nil
    }
    self = options
  }

  /// One JSON object, its keys in alphabetic order.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts, numbers and truth values always encode.
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  /// The options of a run that is resumed: these, with the waits that are given now.
  func applied(to options: PushOptions) -> PushOptions {
    var options = options
    options.maxDelete = maxDelete
    options.allowLast = allowLast
    options.verify = verify
    options.skipInvalid = skipInvalid
    options.isPart = isPart
    options.maxFail = options.maxFail ?? maxFail.flatMap(RowLimit.init)
    return options
  }
}

/// What an export was asked for, for the books.
struct StoredExportOptions: Codable {
  var onlyGroup: [String]

  /// One JSON object; empty where everything was asked for.
  var json: String {
    guard !onlyGroup.isEmpty, let data = try? JSONEncoder().encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
