/* The least that staging can be: libcsv and prepared inserts, with no check of any kind.

   stage FILE LEDGER FULL|OFF

   LEDGER is an emptied ledger that cupibulk made, with a run 1 and its file 0: tables, indexes and page size are the
   same. Every row of FILE becomes a row there with the texts that cupibulk gives it, and each group's spelling is
   recorded where it differs from the row before. 1,000 rows are a transaction, as they are in cupibulk's staging; the
   third argument is the setting of `synchronous`. Foreign keys are not enforced, as is SQLite's habit; cupibulk
   enforces them.
   Prints how many rows were recorded. */

#include <csv.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_A_COMMIT = 1000, MOST_FIELDS = 16, LONGEST_ROW = 16 << 10, RUN = 1 };

static const char *const names[] = {
    "MediaPortGroupObjectId", "PortGroup", "Operation", "TelephonyIntegrationMethodEnum", "MediaRemoteServiceEnum",
    "HostOrIPAddress", "HostOrIPAddressV6", "Port", "TlsPort", "Precedence"};
enum column {
  GROUP_ID, GROUP_NAME, OPERATION, INTEGRATION, SERVICE, HOST, HOST_V6, PORT, TLS_PORT, PRECEDENCE, COLUMNS
};

static char texts[LONGEST_ROW];
static size_t length, starts[MOST_FIELDS];
static int field_count, heading = 1, column_of[COLUMNS];
static long long recorded;
static sqlite3 *ledger;
static sqlite3_stmt *insert_row, *insert_reference;
static sqlite3_int64 reference;
static char group[LONGEST_ROW];

static void fail(const char *what, const char *why) {
  fprintf(stderr, "stage: %s: %s\n", what, why);
  exit(1);
}

static void execute(const char *sql) {
  if (sqlite3_exec(ledger, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql, sqlite3_errmsg(ledger));
}

static sqlite3_stmt *prepared(const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(ledger, sql, -1, &statement, NULL) != SQLITE_OK) fail(sql, sqlite3_errmsg(ledger));
  return statement;
}

static void step(sqlite3_stmt *statement) {
  if (sqlite3_step(statement) != SQLITE_DONE) fail("insert", sqlite3_errmsg(ledger));
  sqlite3_reset(statement);
}

static void bind(sqlite3_stmt *statement, int index, const char *text) {
  sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

static const char *text(enum column column) {
  int place = column_of[column];
  return place < 0 || place >= field_count ? "" : texts + starts[place];
}

static void field(void *bytes, size_t size, void *state) {
  if (field_count == MOST_FIELDS || length + size + 1 > sizeof texts) fail("row", "too long");
  starts[field_count++] = length;
  memcpy(texts + length, bytes, size);
  length += size;
  texts[length++] = 0;
}

/* Books how a row names its group, unless the row before named it so. */
static void book_group(void) {
  char spelling[LONGEST_ROW];
  snprintf(spelling, sizeof spelling, "%s,%s,%s", text(GROUP_ID), text(GROUP_NAME), text(INTEGRATION));
  if (!strcmp(spelling, group)) return;
  strcpy(group, spelling);
  sqlite3_bind_int(insert_reference, 1, RUN);
  bind(insert_reference, 2, text(GROUP_ID));
  bind(insert_reference, 3, text(GROUP_NAME));
  sqlite3_bind_int(insert_reference, 4, atoi(text(INTEGRATION)));
  step(insert_reference);
  reference = sqlite3_last_insert_rowid(ledger);
}

static void book_row(void) {
  static char key[LONGEST_ROW], fields[2 * LONGEST_ROW], raw[LONGEST_ROW];
  const char *host = *text(HOST) ? text(HOST) : text(HOST_V6);
  snprintf(key, sizeof key, "%s %s %s %s", text(SERVICE), host, text(PORT), text(TLS_PORT));
  char *end = fields;
  for (enum column column = SERVICE; column <= PRECEDENCE; column++)
    if (*text(column)) end += sprintf(end, "%s%s=%s", end > fields ? "\n" : "", names[column], text(column));
  end = raw;
  for (int index = 0; index < field_count; index++) {
    if (index > 0) *end++ = ',';
    end = stpcpy(end, texts + starts[index]);
  }

  recorded++;
  sqlite3_bind_int64(insert_row, 1, (sqlite3_int64)RUN << 32 | recorded);
  sqlite3_bind_int(insert_row, 2, RUN);
  sqlite3_bind_int(insert_row, 3, 0);
  sqlite3_bind_int64(insert_row, 4, recorded);
  sqlite3_bind_int64(insert_row, 5, recorded + 1);
  bind(insert_row, 6, "pending");
  bind(insert_row, 7, "staged");
  bind(insert_row, 8, text(OPERATION));
  sqlite3_bind_int64(insert_row, 9, reference);
  bind(insert_row, 10, key);
  sqlite3_bind_int(insert_row, 11, atoi(text(SERVICE)));
  sqlite3_bind_int(insert_row, 12, atoi(text(PRECEDENCE)));
  bind(insert_row, 13, fields);
  sqlite3_bind_null(insert_row, 14);
  sqlite3_bind_null(insert_row, 15);
  sqlite3_bind_text(insert_row, 16, raw, end - raw, SQLITE_STATIC);
  step(insert_row);
}

static void end_of_row(int character, void *state) {
  if (heading) {
    heading = 0;
    for (int wanted = 0; wanted < COLUMNS; wanted++) {
      column_of[wanted] = -1;
      for (int place = 0; place < field_count; place++)
        if (!strcmp(texts + starts[place], names[wanted])) column_of[wanted] = place;
    }
  } else {
    if (recorded % ROWS_A_COMMIT == 0) execute("BEGIN");
    book_group();
    book_row();
    if (recorded % ROWS_A_COMMIT == 0) execute("COMMIT");
  }
  length = 0;
  field_count = 0;
}

int main(int count, char **arguments) {
  static char buffer[64 << 10];
  if (count != 4) fail("usage", "stage FILE LEDGER FULL|OFF");
  FILE *file = fopen(arguments[1], "rb");
  if (!file) fail(arguments[1], "cannot be opened");
  if (sqlite3_open(arguments[2], &ledger) != SQLITE_OK) fail(arguments[2], sqlite3_errmsg(ledger));
  execute("PRAGMA journal_mode = WAL");
  execute(strcmp(arguments[3], "FULL") ? "PRAGMA synchronous = OFF" : "PRAGMA synchronous = FULL");
  insert_reference = prepared("INSERT INTO group_references (run, object_id, name, integration) VALUES (?, ?, ?, ?)");
  insert_row = prepared(
      "INSERT INTO rows (row, run, file, record, line, state, reason, operation, reference, full_key, service, "
      "precedence, fields, matching, origin, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

  struct csv_parser parser;
  csv_init(&parser, CSV_APPEND_NULL);
  size_t size;
  while ((size = fread(buffer, 1, sizeof buffer, file)) > 0)
    if (csv_parse(&parser, buffer, size, field, end_of_row, NULL) != size)
      fail("file", csv_strerror(csv_error(&parser)));
  csv_fini(&parser, field, end_of_row, NULL);
  csv_free(&parser);
  fclose(file);
  if (!sqlite3_get_autocommit(ledger)) execute("COMMIT");
  sqlite3_finalize(insert_row);
  sqlite3_finalize(insert_reference);
  sqlite3_close(ledger);
  printf("%lld\n", recorded);
  return 0;
}
