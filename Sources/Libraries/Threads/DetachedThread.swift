internal import Glibc

/// Detached threads for blocking work; the thread pools of tasks and of libdispatch are small.
package enum DetachedThread {
  private final class Job {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs the body on a new thread; returns 0 or the error number (pthread_create).
  ///
  /// SIGPIPE is blocked in the thread: a closed peer is an error code, not a signal.
  package static func start(_ body: @escaping @Sendable () -> Void) -> Int32 {
    let job = Job {
      var signals = sigset_t()
      unsafe sigemptyset(&signals)
      unsafe sigaddset(&signals, SIGPIPE)
      unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
      body()
    }
    let context = unsafe Unmanaged.passRetained(job)
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { context in
        if let context = unsafe context {
          unsafe Unmanaged<Job>.fromOpaque(context).takeRetainedValue().body()
        }
        return nil
      }, context.toOpaque())
    if status == 0 { pthread_detach(thread) } else { unsafe context.release() }
    return status
  }
}
