// The door to SQLite: its header, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CSQLITE_SHIM_H
#define CUPIBULK_CSQLITE_SHIM_H

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

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

// Disables SQLite's count of its own memory, which takes a lock for each allocation and is not used; must be called
// before the first connection is opened (sqlite3_config is variadic).
static inline int cupibulk_sqlite_count_no_memory(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// Disables what a file from another source could contain: triggers, views, functions in its schema, and changes
// of its schema (sqlite3_db_config is variadic).
static inline int cupibulk_sqlite_distrust(sqlite3 *database) {
  int status = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
  if (status == SQLITE_OK) status = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
  if (status == SQLITE_OK) status = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
  if (status == SQLITE_OK) status = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)0);
  return status;
}

// Maps a page of zeros where a mapped file no longer has one, so that the access continues; any other SIGBUS ends the
// process as usual. It runs as a signal handler: it uses only functions of signal-safety(7), and mmap, which is a plain
// system call.
static inline void cupibulk_sqlite_fill_missing_page(int number, siginfo_t *information, void *context) {
  (void)context;
  int reason = errno;
  uintptr_t size = (uintptr_t)getpagesize();
  if (information->si_code == BUS_ADRERR) {
    void *page = (void *)((uintptr_t)information->si_addr & ~(size - 1));
    void *filled = mmap(page, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    errno = reason;
    if (filled == page) return;
  }
  signal(number, SIG_DFL);
  raise(number);
}

// Lets the process live on where another one cuts short the file of the log's index, which SQLite maps into memory
// (siginfo_t is a union, and a handler must not allocate).
static inline int cupibulk_sqlite_outlive_truncation(void) {
  struct sigaction action = {0};
  action.sa_sigaction = cupibulk_sqlite_fill_missing_page;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  return sigaction(SIGBUS, &action, (struct sigaction *)0);
}

#endif
