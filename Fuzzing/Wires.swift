// Answers with objects: the list readers agree with the tree, and objects can be written and read again.

import HTTPMessages
import PortGroupModel
import XMLStreams

@testable import JSONStreams
@testable import UnityConnection

/// Reads the bytes as a list and as an object of each type that the program asks for.
func checkWire(_ bytes: [UInt8], _ format: WireFormat) {
  for type in [PortGroup.wireName, PortGroupServer.wireName] {
    let list = try? WireFormat.list(HTTPResponse(status: 200, body: bytes), of: type)
    checkList(list, tree(of: bytes, format, type))
    for object in list?.objects ?? [] { checkObject(object, format) }
    if let object = try? WireFormat.object(HTTPResponse(status: 200, body: bytes), of: type) {
      checkObject(object, format)
    }
  }
}

/// Returns the list parsed as a tree; `nil` if it is not a list.
private func tree(of bytes: [UInt8], _ format: WireFormat, _ type: String) -> WireList? {
  switch format {
  case .xml:
    guard let root = try? XMLWire.parse(bytes),
      let total = root.attributes.first(where: { $0.name == "total" }).flatMap({ Int($0.value) })
    else { return nil }
    return WireList(total: total, objects: root.children.filter { $0.name == type }.map(\.object))
  case .json:
    guard let root = try? JSONWire.parse(bytes),
      let total = root["@total"]?.text.flatMap({ Int($0) })
    else { return nil }
    return WireList(total: total, objects: elements(root[type]).map(\.object))
  }
}

/// Returns the elements; a list of one may be the object without a list.
private func elements(_ value: JSONValue?) -> [JSONValue] {
  switch value {
  case .array(let elements): elements
  case .object: value.map { [$0] } ?? []
  default: []
  }
}

/// Checks that a list equals the tree's; the tree may be refused for a duplicate key that the list reader
/// ignores.
private func checkList(_ list: WireList?, _ tree: WireList?) {
  guard let tree, tree.total >= 0, tree.objects.count <= WireLimits.objects else { return }
  guard let list else { fatalError("not so: a list that its tree shows is read") }
  require(list.total == tree.total, "a list has the tree's total")
  require(
    list.objects.map { "\($0.fields)" } == tree.objects.map { "\($0.fields)" },
    "a list has the tree's objects")
}

/// Checks the model's reading of an object, and its fields written in both formats.
private func checkObject(_ object: WireObject, _ format: WireFormat) {
  if let group = try? PortGroup(object) {
    require(ObjectID(group.objectID.text) == group.objectID, "an id is read as it is written")
  }
  var unknown: Set<String> = []
  guard let server = try? PortGroupServer(object, unknown: &unknown) else { return }
  require(server.fields.objectID == server.objectID, "a server has its id among its fields")
  for other in WireFormat.allCases { checkWriting(server.fields, from: format, to: other) }
}

private func checkWriting(
  _ fields: FieldValues, from source: WireFormat, to target: WireFormat
) {
  guard let body = try? target.body(Field.writable, of: fields) else {
    // JSON can hold characters that XML cannot, such as U+0000.
    return require((source, target) == (.json, .xml), "an object that was read can be written")
  }
  guard
    let back = try? WireFormat.object(
      HTTPResponse(status: 200, body: body), of: PortGroupServer.wireName)
  else { fatalError("not so: what was written can be read, as \(target)") }
  for field in Field.writable {
    require(
      (back[field.name] ?? "").utf8.elementsEqual((fields[field].text ?? "").utf8),
      "\(field) is read back unchanged, as \(target)")
  }
}
