// The door to SQLite: its header, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CSQLITE_SHIM_H
#define CUPIBULK_CSQLITE_SHIM_H

#include <sqlite3.h>

#endif
