import FoundationEssentials
package import RowLedger

/// The options that are kept when a run is resumed; the ledger stores them as JSON text.
///
/// Slots, rate, waits and credentials can be chosen for each resume. `--max-fail` is kept unless it
/// is given again: a run that it has stopped continues only with a higher limit.
struct StoredOptions: Codable, Equatable {
  /// How the input was read, for information only: its rows are in the ledger.
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
  /// The text as the user types it; ledgers of earlier versions do not have it.
  var maxFail: String?
  /// Only of a restore.
  var restore: RestoreTerms?
  /// True if nothing is sent where a step of a plan no longer holds; ledgers of earlier versions do not have it.
  var sendsOnlyWhole: Bool?

  init(_ options: PushOptions, reading: Reading? = nil) {
    self.reading = reading
    maxDelete = options.maxDelete
    allowLast = options.allowLast
    verify = options.verify
    skipInvalid = options.skipInvalid
    isPart = options.isPart
    maxFail = options.maxFail?.description
    restore = options.restore
    if options.sendsOnlyWhole { sendsOnlyWhole = true }
  }

  /// Parses the ledger's text; `nil` if it has another form.
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

  /// The options of a resumed run: these, and the waits of `options`.
  func applied(to options: PushOptions) -> PushOptions {
    var options = options
    options.maxDelete = maxDelete
    options.allowLast = allowLast
    options.verify = verify
    options.skipInvalid = skipInvalid
    options.isPart = isPart
    options.restore = restore
    options.sendsOnlyWhole = options.sendsOnlyWhole || sendsOnlyWhole ?? false
    options.maxFail = options.maxFail ?? maxFail.flatMap(RowLimit.init)
    return options
  }
}

extension RunOpening {
  /// The options that decide what the run does, as JSON text: without `--max-fail`, which a resume may raise.
  package var optionsOfKey: String {
    guard var stored = StoredOptions(json: options) else { return options }
    stored.maxFail = nil
    return stored.json
  }
}

/// The options of an export, for the ledger.
struct StoredExportOptions: Codable {
  var onlyGroup: [String]

  init(onlyGroup: [String]) { self.onlyGroup = onlyGroup }

  /// Parses the ledger's text; without groups if it has another form.
  init(json: String) {
    let stored = try? JSONDecoder().decode(StoredExportOptions.self, from: Data(json.utf8))
    onlyGroup = stored?.onlyGroup ?? []
  }

  /// One JSON object; empty if all groups are exported.
  var json: String {
    guard !onlyGroup.isEmpty, let data = try? JSONEncoder().encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
