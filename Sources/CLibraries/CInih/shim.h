// The door to inih: its header, and what Swift cannot do safely (its options are global variables).

#ifndef CUPIBULK_CINIH_SHIM_H
#define CUPIBULK_CINIH_SHIM_H

#include <ini.h>

/* Sets the options of inih for all later calls: lines of less than `longest` bytes, and no rule by which a part
   of a line would be cut off or joined to the line before it. */
static inline void cupibulk_inih_configure(int longest) {
  ini_use_stack = false;
  ini_allow_realloc = false;
  ini_initial_alloc = longest;
  ini_max_line = longest;
  ini_allow_multiline = false;
  ini_allow_inline_comments = false;
  ini_allow_no_value = false;
  ini_allow_bom = true;
  ini_stop_on_first_error = true;
}

#endif
