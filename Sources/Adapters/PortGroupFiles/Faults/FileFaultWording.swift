// The words for faults of a file as a whole: opening, format, compression, encoding.

import BulkFiles
import Bytes
import Glibc
import PortGroupModel

extension FaultWording {
  static func file(_ fault: FileFault) -> FaultWording {
    let copyAgain: Hint = "copy the file again, or test it with `gzip -t`"
    return switch fault {
    case .cannotOpen(let code): cannotOpen(code)
    case .isFolder: FaultWording("this is a folder, not a file", hint: "name the files inside it")
    case .cannotRead(let code):
      FaultWording(
        "reading failed: \(SystemReason.text(code))",
        hint: "check the disk, or copy the file elsewhere")
    case .stopped: FaultWording("reading was stopped before the end")
    case .empty: FaultWording("the file is empty", hint: Hint("", .template))
    case .onlyBlanks(let count):
      FaultWording(
        "the first \(count) bytes are blanks and line ends, and nothing else",
        hint: "remove them, or export the file again")
    case .unsupported(let kind): unsupported(kind)
    case .formatUnknown:
      FaultWording(
        "neither content nor name shows whether this is \(BulkFormat.anyTitle)",
        hint: Hint("", .nameFormat))
    case .gzipDamaged(let byte):
      FaultWording("the gzip data are damaged at byte \(byte)", hint: copyAgain)
    case .gzipCut(let byte):
      FaultWording("the gzip data end too early, at byte \(byte)", hint: copyAgain)
    case .gzipFollowed(let byte):
      FaultWording(
        "something else follows the gzip data at byte \(byte)", hint: "pack the file again")
    case .encodingUnknown(let name):
      FaultWording(
        "the encoding \(name) is not known",
        hint: "UTF-8, UTF-16, windows-1252 and ISO-8859-1 are; `iconv -l` lists many more")
    case .notForJSON(let encoding):
      FaultWording(
        "the JSON is in \(encoding.name); JSON is always UTF-8 (RFC 8259)",
        hint: "convert it with `iconv -f \(encoding.name) -t UTF-8`")
    case .schemaIsForXML(let format):
      FaultWording(
        "the schema is for XML, and this is \(format.rawValue.uppercased())",
        hint: Hint("", .checkWithoutSchema))
    }
  }

  private static func cannotOpen(_ code: Int32) -> FaultWording {
    switch code {
    case ENOENT, ENOTDIR:
      FaultWording("there is no such file", hint: "check the name and the folder")
    case EACCES, EPERM:
      FaultWording(
        "you may not read this file",
        hint: "ask its owner for permission, or run as a user who may read it")
    default:
      FaultWording(
        "the file cannot be opened: \(SystemReason.text(code))",
        hint: "check the name and the disk")
    }
  }
}
