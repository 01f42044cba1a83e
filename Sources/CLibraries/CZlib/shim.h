// The door to zlib: its header, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CZLIB_SHIM_H
#define CUPIBULK_CZLIB_SHIM_H

#include <zlib.h>

#endif
