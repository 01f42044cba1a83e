import CommandLineTool
import Foundation

@main enum Main {
  static func main() async {
    let words = Array(CommandLine.arguments.dropFirst())
    exit(await Tool.run(words, environment: ProcessInfo.processInfo.environment))
  }
}
