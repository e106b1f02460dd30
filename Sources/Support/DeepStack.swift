import CPosix

/// Runs `body` on a thread of its own with a stack of `bytes` bytes, waits for it, and returns its
/// result or throws its error.
///
/// The stages recurse over syntax of bounded depth (`SyntaxTree.maximumNesting`), which takes more
/// than the stack that a main thread gets by default. The stack is mapped lazily: only pages that
/// are touched cost memory.
public func onDeepStack<Value, Failure: Error>(
  bytes: Int = 1 << 30, _ body: () throws(Failure) -> Value
) throws(Failure) -> Value {
  var outcome: Result<Value, Failure>?
  withoutActuallyEscaping({ () -> Void in
    do throws(Failure) {
      outcome = .success(try body())
    } catch {
      outcome = .failure(error)
    }
  }) { work in
    runOnThread(stackBytes: bytes, work)
  }
  guard let outcome else { preconditionFailure("the thread ended without running its body") }
  return try outcome.get()
}

/// Runs `work` to its end on a new thread, or here if there is no address space for its stack.
private func runOnThread(stackBytes: Int, _ work: @escaping () -> Void) {
  let body = Unmanaged.passRetained(ThreadBody(work))
  defer { body.release() }
  var attributes = pthread_attr_t()
  var thread = pthread_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  let isRunning =
    pthread_attr_setstacksize(&attributes, stackBytes) == 0
    && pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeUnretainedValue().work() }
        return nil
      }, body.toOpaque()) == 0
  if isRunning { pthread_join(thread, nil) } else { work() }
}

private final class ThreadBody {
  let work: () -> Void

  init(_ work: @escaping () -> Void) { self.work = work }
}

/// Makes `malloc` take memory from the system in large steps and keep it until the process ends, as suits a command that
/// runs briefly: a tenth of the time for a large program (`scripts/generate-program 100000`). The numbers are those of
/// glibc's malloc.h.
public func keepMemory() {
  let (trimThreshold, topPad, mapThreshold, arenaMaximum): (Int32, Int32, Int32, Int32) =
    (-1, -2, -3, -8)
  _ = mallopt(arenaMaximum, 1)
  _ = mallopt(trimThreshold, 1 << 30)
  _ = mallopt(mapThreshold, 1 << 30)
  _ = mallopt(topPad, 64 << 20)
}
