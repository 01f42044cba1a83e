// The door to SQLite: its header, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CSQLITE_SHIM_H
#define CUPIBULK_CSQLITE_SHIM_H

#include <sqlite3.h>

// Binds UTF-8 text that SQLite copies at once: SQLITE_TRANSIENT is a cast that Swift cannot import.
static inline int cupibulk_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text,
                                            sqlite3_uint64 length) {
  return sqlite3_bind_text64(statement, index, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

// Binds bytes that SQLite copies at once: SQLITE_TRANSIENT is a cast that Swift cannot import.
static inline int cupibulk_sqlite_bind_bytes(sqlite3_stmt *statement, int index, const void *bytes,
                                             sqlite3_uint64 length) {
  return sqlite3_bind_blob64(statement, index, bytes, length, SQLITE_TRANSIENT);
}

// Switches off SQLite's count of its own memory, for which each allocation takes a lock and nobody asks; to be called
// before the first connection is opened (sqlite3_config is variadic).
static inline int cupibulk_sqlite_count_no_memory(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

#endif
