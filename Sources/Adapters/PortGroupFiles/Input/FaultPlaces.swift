import BulkFiles
import PortGroupModel

/// The places of the cells of one record in its file; made only if something is wrong with the record.
struct FaultPlaces {
  private let record: BulkRecord
  private let names: [String]
  private let map: ColumnMap
  private let file: String
  private let rule: NullRule
  private var places: [(line: Int, column: Int)] = []

  init(
    _ record: BulkRecord, _ names: [String], _ map: ColumnMap, file: String, _ rule: NullRule
  ) {
    self.record = record
    self.names = names
    self.map = map
    self.file = file
    self.rule = rule
    record.fillPlaces(&places)
  }

  /// The cells with an unknown name, and those with the column of an earlier cell.
  var nameFaults: [Diagnostic] {
    var faults: [Diagnostic] = []
    var seen = ColumnSet()
    for index in 0..<record.count {
      let name = record.name(at: index)
      guard let column = map.columns[name] else {
        faults.append(FileComplaint.unknownElement(names[name], at: place(at: index)))
        continue
      }
      let columns = ColumnSet(column)
      if seen.overlaps(columns) {
        faults.append(FileComplaint.duplicateElement(column, at: place(at: index)))
      }
      seen.insert(columns)
    }
    return faults
  }

  /// The place of the row's cell in a column: in the record, or else of the constant.
  func place(of column: Column, _ constants: ConstantCells) -> Place {
    let index = (0..<record.count).first { map.columns[record.name(at: $0)] == column }
    if let index, meaning(at: index) != .absent { return place(at: index) }
    let constant = constants.cells.first { $0.column == column }
    return Place(
      file: file, line: record.line, column: record.column, record: record.number,
      field: column.name, value: constant?.text ?? "")
  }

  private func place(at index: Int) -> Place {
    let name = record.name(at: index)
    let hasText =
      switch meaning(at: index) {
      case .text: true
      case .emptyWord: map.columns[name] == .portGroup
      case .absent, .emptied: false
      }
    return Place(
      file: file, line: places[index].line, column: places[index].column, record: record.number,
      field: names[name], value: hasText ? record.text(at: index) : "")
  }

  private func meaning(at index: Int) -> CellMeaning {
    rule.meaning(of: record.bytes(at: index).span)
  }
}
