/* The door to what the kernel is asked for this process, and to its variables. */

#ifndef CUPIBULK_CPROCESS_SHIM_H
#define CUPIBULK_CPROCESS_SHIM_H

#include <sys/prctl.h>

/* No core is dumped, and no other process of the same user may read the memory (PR_SET_DUMPABLE). */
/* prctl is variadic. */
static inline int cupibulk_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/* The variables of the process, ended by a null pointer (environ is a variable that any thread may change). */
static inline char **cupibulk_environment(void) {
  extern char **environ;
  return environ;
}

#endif
