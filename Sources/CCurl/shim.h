// The door to libcurl: its header, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CCURL_SHIM_H
#define CUPIBULK_CCURL_SHIM_H

#include <curl/curl.h>

#endif
