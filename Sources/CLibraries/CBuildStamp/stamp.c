// Compiled again when the commit changes, and only the entry point of the program with it (decision 55).

#include "stamp.h"

const char *cupibulk_build_commit(void) { return CUPIBULK_BUILD_COMMIT; }
const char *cupibulk_build_date(void) { return CUPIBULK_BUILD_DATE; }
const char *cupibulk_build_dirty(void) { return CUPIBULK_BUILD_DIRTY; }
const char *cupibulk_build_swift(void) { return CUPIBULK_BUILD_SWIFT; }
