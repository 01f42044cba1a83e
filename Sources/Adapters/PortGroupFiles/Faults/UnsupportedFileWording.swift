// The words for kinds of files that users pass by mistake.

import BulkFiles
import PortGroupModel

extension FaultWording {
  static func unsupported(_ kind: UnsupportedFile) -> FaultWording {
    FaultWording("this is \(kind.title)", hint: kind.hint)
  }
}

extension UnsupportedFile {
  /// The name of the kind, as the end of the sentence "this is …".
  var title: String {
    switch self {
    case .workbook: "a workbook of a spreadsheet program"
    case .oldWorkbook: "an old Excel workbook, or another Microsoft Office file"
    case .zip: "a zip archive"
    case .pdf: "a PDF document"
    case .shortcut: "a Windows shortcut, and not the file that it points to"
    case .tar: "a tar archive"
    case .utf32: "a text in UTF-32"
    case .webPage: "a web page (HTML), perhaps an error page that was saved in place of a file"
    case .bzip2: "a file packed with bzip2"
    case .xz: "a file packed with xz"
    case .sqlite: "a SQLite database"
    case .richText: "a document in rich text (RTF)"
    case .image: "a picture"
    case .sevenZip: "a 7-Zip archive"
    case .rar: "a RAR archive"
    case .editorSwap: "a swap file of vim, and not the file that is edited"
    case .appleDouble: "a file of macOS that belongs to another one (its name begins with ._)"
    case .httpAnswer: "an HTTP answer with its headers"
    case .mail: "a mail or a web archive"
    }
  }

  /// What to do.
  var hint: Hint {
    switch self {
    case .workbook, .oldWorkbook: "open it, and save the sheet as CSV UTF-8"
    case .zip, .tar, .sevenZip, .rar:
      Hint("unpack it, and pass the \(BulkFormat.anyTitle) file in it")
    case .bzip2, .xz: "unpack it first; only gzip is read as it is"
    case .pdf, .image: Hint("pass the table as \(BulkFormat.anyTitle)")
    case .richText: "save it as plain text, or the table in it as CSV UTF-8"
    case .httpAnswer: "leave out the headers: curl without -i"
    case .mail: "save what is attached to it, and pass that"
    case .shortcut, .editorSwap, .appleDouble: "pass the file itself"
    case .utf32: Hint("save the file as UTF-8", .nameUTF32)
    case .webPage: "open it in a browser to see what it says, and fetch the file again"
    case .sqlite: Hint("", .passDatabase)
    }
  }
}
