// The entry point of the program.

import Bytes
import CommandLineTool
import Glibc

@main enum Main {
  // Not `async`: the process is prepared before the first task, because that starts libdispatch.
  static func main() {
    if let refusal = ProcessSetup.prepare() {
      _ = Descriptor.write(Array(refusal.utf8), to: STDERR_FILENO)
      _exit(1)
    }
    let environment = ProcessSetup.environment
    // Detached, because nothing runs on the main thread, which only waits.
    Task.detached {
      let words = Array(CommandLine.arguments.dropFirst())
      let status = await Tool.run(words, environment: environment)
      // Not `exit`, because the exit handlers of libraries must not run while other threads still
      // run.
      _exit(status)
    }
    while true { pause() }
  }
}
