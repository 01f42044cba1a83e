// The entry point of the program.

import Bytes
import CBuildStamp
import CommandLineTool
import Glibc

@main enum Main {
  // Not `async`: the process is prepared before the first task, because that starts libdispatch.
  static func main() {
    if let refusal = ProcessSetup.prepare() {
      _ = Descriptor.write(Array(refusal.utf8), to: STDERR_FILENO)
      let words = Array(CommandLine.arguments.dropFirst())
      let report = Tool.report(refusal: refusal, words)
      _ = Descriptor.write(Array(report.utf8), to: STDOUT_FILENO)
      _exit(1)
    }
    let environment = ProcessSetup.environment
    // Detached, because nothing runs on the main thread, which only waits.
    Task.detached {
      let words = Array(CommandLine.arguments.dropFirst())
      let status = await Tool.run(words, environment: environment, stamp: stamp)
      // Not `exit`, because the exit handlers of libraries must not run while other threads still
      // run.
      _exit(status)
    }
    while true { pause() }
  }

  /// The texts that Tools/build.sh has set; they are literals, so their pointers are valid.
  private static var stamp: BuildStamp {
    unsafe BuildStamp(
      commit: String(cString: cupibulk_build_commit()),
      date: String(cString: cupibulk_build_date()),
      dirty: String(cString: cupibulk_build_dirty()),
      swift: String(cString: cupibulk_build_swift()))
  }
}
