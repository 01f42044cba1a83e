import CommandLineTool
import Foundation

@main enum Main {
  static func main() async {
    let words = Array(CommandLine.arguments.dropFirst())
    let status = await Tool.run(words, environment: ProcessInfo.processInfo.environment)
    // Not `exit`: what libraries do at the end of a process must not meet threads that still run.
    _exit(status)
  }
}
