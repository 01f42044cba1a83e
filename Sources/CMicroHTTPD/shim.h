// The door to libmicrohttpd: its header, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CMICROHTTPD_SHIM_H
#define CUPIBULK_CMICROHTTPD_SHIM_H

#include <microhttpd.h>

#endif
