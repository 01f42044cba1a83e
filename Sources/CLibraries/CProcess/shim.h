/* The door to what the kernel is told about this process (prctl is variadic). */

#ifndef CUPIBULK_CPROCESS_SHIM_H
#define CUPIBULK_CPROCESS_SHIM_H

#include <sys/prctl.h>

/* No core is dumped, and no other process of the same user may read the memory (PR_SET_DUMPABLE). */
static inline int cupibulk_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

#endif
