// Reports the operations of Swift's Mutex to ThreadSanitizer.
//
// On Linux its uncontended path is atomic operations in instrumented code. Its contended path is in
// libswiftSynchronization, which is built without the sanitizer and waits in the kernel (futex). The sanitizer
// does not see that the lock changes its owner, and reports accesses under the lock as races. These functions
// replace that library's: they call it, and report the operation. Real races are still found; nothing is
// suppressed.

#define _GNU_SOURCE
#include "MutexDoor.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);

// Synchronization._MutexHandle's methods; the handle's address comes where Swift passes self.
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SELF __attribute__((swift_context)) void *handle
#define SWIFT __attribute__((swiftcall, visibility("default")))

SWIFT void cupibulk_mutex_lock(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool cupibulk_mutex_try(SELF) __asm__(TRY);
SWIFT void cupibulk_mutex_unlock(SELF) __asm__(UNLOCK);

static void *next(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (function == NULL) {
    fprintf(stderr, "The Swift library has no %s: Tools/sanitize/MutexDoor.c needs a look\n", name);
    abort();
  }
  return function;
}

SWIFT void cupibulk_mutex_lock(uint32_t thread, SELF) {
  typedef __attribute__((swiftcall)) void (*Lock)(uint32_t, SELF);
  ((Lock)next(LOCK))(thread, handle);
  __tsan_acquire(handle);
}

SWIFT bool cupibulk_mutex_try(SELF) {
  typedef __attribute__((swiftcall)) bool (*Try)(SELF);
  bool taken = ((Try)next(TRY))(handle);
  if (taken) __tsan_acquire(handle);
  return taken;
}

SWIFT void cupibulk_mutex_unlock(SELF) {
  typedef __attribute__((swiftcall)) void (*Unlock)(SELF);
  __tsan_release(handle);
  ((Unlock)next(UNLOCK))(handle);
}
