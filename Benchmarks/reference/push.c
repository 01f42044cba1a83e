/* The least that a bulk import can be: libcsv, libcurl's multi interface and SQLite, with no check of any kind.

   push FILE ORIGIN SLOTS DATABASE

   Each row of FILE is one POST to the group that its column MediaPortGroupObjectId names, SLOTS at a time over
   connections that are kept. Each slot logs in once, with USER:PASSWORD from the variable PUSH_LOGIN, and shows the
   cookies that it got from then on. The result of a row (its number, the status, the answer) is written to DATABASE, in WAL
   with synchronous=FULL, 1,000 rows a commit. There is no plan, no intent before a write, no order within a group, no
   retry and no read-back: rows are sent as they are read.
   Prints how many rows were answered with 201. */

#include <csv.h>
#include <curl/curl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_A_COMMIT = 1000, MOST_FIELDS = 16, READ_SIZE = 64 << 10, LONGEST_ANSWER = 4096, MOST_SLOTS = 64 };

/* The columns that become elements of the body; the group's makes the address, too. */
static const char *const sent[] = {"MediaRemoteServiceEnum", "HostOrIPAddress", "HostOrIPAddressV6", "Port",
                                   "TlsPort",                "Precedence",      "MediaPortGroupObjectId"};
enum { SENT = sizeof sent / sizeof *sent, GROUP = SENT - 1 };

/* A row that was read and not yet sent: its texts one after another, each ended by a zero. */
struct row {
  char *texts;
  size_t length, room;
  size_t starts[MOST_FIELDS];
  int count;
};

static struct row *rows; /* what one piece of the file held; sent before the next piece is read */
static size_t row_count, row_room, next_row;
static struct row current;
static int heading = 1, column_of[SENT];

struct slot {
  CURL *easy;
  char url[512], body[4096], answer[LONGEST_ANSWER];
  size_t answer_length;
  sqlite3_int64 number;
};

static void fail(const char *what, const char *why) {
  fprintf(stderr, "push: %s: %s\n", what, why);
  exit(1);
}

static void *grown(void *old, size_t size) {
  void *new = realloc(old, size);
  if (!new) fail("memory", "none is left");
  return new;
}

static void field(void *bytes, size_t length, void *state) {
  struct row *row = &current;
  if (row->count == MOST_FIELDS) fail("row", "too many fields");
  if (row->length + length + 1 > row->room) {
    row->room = (row->length + length + 1) * 2;
    row->texts = grown(row->texts, row->room);
  }
  row->starts[row->count++] = row->length;
  memcpy(row->texts + row->length, bytes, length);
  row->length += length;
  row->texts[row->length++] = 0;
}

static void end_of_row(int character, void *state) {
  if (heading) {
    heading = 0;
    for (int wanted = 0; wanted < SENT; wanted++) {
      column_of[wanted] = -1;
      for (int column = 0; column < current.count; column++)
        if (!strcmp(current.texts + current.starts[column], sent[wanted])) column_of[wanted] = column;
    }
    if (column_of[GROUP] < 0) fail("heading", "no column has the group's id");
  } else {
    if (row_count == row_room) {
      size_t room = row_room ? row_room * 2 : 1024;
      rows = grown(rows, room * sizeof *rows);
      memset(rows + row_room, 0, (room - row_room) * sizeof *rows);
      row_room = room;
    }
    /* The buffers are swapped, so that none is allocated again. */
    struct row emptied = rows[row_count];
    rows[row_count++] = current;
    current = emptied;
  }
  current.length = 0;
  current.count = 0;
}

/* The next row of the file; NULL at its end. */
static struct row *take(struct csv_parser *parser, FILE *file) {
  static char buffer[READ_SIZE];
  static int ended;
  while (next_row == row_count) {
    if (ended) return NULL;
    next_row = row_count = 0;
    size_t length = fread(buffer, 1, sizeof buffer, file);
    if (csv_parse(parser, buffer, length, field, end_of_row, NULL) != length)
      fail("file", csv_strerror(csv_error(parser)));
    if (length == 0) {
      ended = 1;
      csv_fini(parser, field, end_of_row, NULL);
    }
  }
  return &rows[next_row++];
}

static size_t receive(char *bytes, size_t size, size_t count, void *state) {
  struct slot *slot = state;
  size_t length = size * count, room = sizeof slot->answer - slot->answer_length;
  memcpy(slot->answer + slot->answer_length, bytes, length < room ? length : room);
  slot->answer_length += length < room ? length : room;
  return length;
}

static const char *text(const struct row *row, int wanted) {
  int column = column_of[wanted];
  return column < 0 || column >= row->count ? "" : row->texts + row->starts[column];
}

/* Makes the request of a row in a slot that is free. */
static void load(struct slot *slot, const struct row *row, const char *origin) {
  char *end = slot->body, *limit = slot->body + sizeof slot->body;
  end += snprintf(end, limit - end, "<PortGroupServer>");
  for (int index = 0; index < SENT; index++) {
    const char *value = text(row, index);
    if (*value) end += snprintf(end, limit - end, "<%s>%s</%s>", sent[index], value, sent[index]);
    if (end >= limit) fail("row", "too long");
  }
  end += snprintf(end, limit - end, "</PortGroupServer>\n");
  int length = snprintf(
      slot->url, sizeof slot->url, "%s/vmrest/portgroups/%s/portgroupservers", origin, text(row, GROUP));
  if (end >= limit || length >= (int)sizeof slot->url) fail("row", "too long");
  slot->answer_length = 0;
  curl_easy_setopt(slot->easy, CURLOPT_URL, slot->url);
  curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE, (long)(end - slot->body));
}

static sqlite3 *database;

static void execute(const char *sql) {
  if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql, sqlite3_errmsg(database));
}

static void record(sqlite3_stmt *insert, const struct slot *slot, long status) {
  static int recorded;
  if (recorded == 0) execute("BEGIN");
  sqlite3_bind_int64(insert, 1, slot->number);
  sqlite3_bind_int64(insert, 2, status);
  sqlite3_bind_text(insert, 3, slot->answer, slot->answer_length, SQLITE_STATIC);
  if (sqlite3_step(insert) != SQLITE_DONE) fail("insert", sqlite3_errmsg(database));
  sqlite3_reset(insert);
  if (++recorded == ROWS_A_COMMIT) {
    execute("COMMIT");
    recorded = 0;
  }
}

int main(int count, char **arguments) {
  if (count != 5 || !getenv("PUSH_LOGIN")) fail("usage", "PUSH_LOGIN=USER:PASSWORD push FILE ORIGIN SLOTS DATABASE");
  const char *origin = arguments[2];
  int slot_count = atoi(arguments[3]);
  FILE *file = fopen(arguments[1], "rb");
  if (!file) fail(arguments[1], "cannot be opened");
  if (slot_count < 1 || slot_count > MOST_SLOTS) fail(arguments[3], "not a number of slots");

  struct csv_parser parser;
  csv_init(&parser, CSV_APPEND_NULL);
  if (sqlite3_open(arguments[4], &database) != SQLITE_OK) fail(arguments[4], sqlite3_errmsg(database));
  execute("PRAGMA journal_mode = WAL");
  execute("PRAGMA synchronous = FULL");
  execute("CREATE TABLE outcomes (row INTEGER PRIMARY KEY, status INTEGER NOT NULL, answer TEXT NOT NULL) STRICT");
  sqlite3_stmt *insert;
  if (sqlite3_prepare_v2(database, "INSERT INTO outcomes VALUES (?, ?, ?)", -1, &insert, NULL) != SQLITE_OK)
    fail("insert", sqlite3_errmsg(database));

  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM *multi = curl_multi_init();
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/xml");
  static struct slot slots[MOST_SLOTS];
  sqlite3_int64 number = 0;
  long created = 0;
  int in_flight = 0;
  for (int index = 0; index < slot_count; index++) {
    struct slot *slot = &slots[index];
    struct row *row = take(&parser, file);
    if (!row) break;
    slot->easy = curl_easy_init();
    curl_easy_setopt(slot->easy, CURLOPT_PRIVATE, slot);
    curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(slot->easy, CURLOPT_USERPWD, getenv("PUSH_LOGIN"));
    curl_easy_setopt(slot->easy, CURLOPT_COOKIEFILE, "");
    curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, slot->body);
    curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(slot->easy, CURLOPT_WRITEDATA, slot);
    curl_easy_setopt(slot->easy, CURLOPT_NOSIGNAL, 1L);
    slot->number = ++number;
    load(slot, row, origin);
    curl_multi_add_handle(multi, slot->easy);
    in_flight++;
  }

  while (in_flight > 0) {
    int running, left, done = 0;
    if (curl_multi_perform(multi, &running) != CURLM_OK) fail("transfers", "cannot continue");
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL *easy = message->easy_handle;
      CURLcode result = message->data.result;
      struct slot *slot;
      long status;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&slot);
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      curl_multi_remove_handle(multi, easy);
      if (result != CURLE_OK) fail(slot->url, curl_easy_strerror(result));
      record(insert, slot, status);
      if (slot->number <= slot_count) curl_easy_setopt(easy, CURLOPT_USERPWD, NULL);
      created += status == 201;
      done++;
      struct row *row = take(&parser, file);
      if (!row) {
        in_flight--;
        continue;
      }
      slot->number = ++number;
      load(slot, row, origin);
      curl_multi_add_handle(multi, easy);
    }
    /* What was just put in is sent before anything is waited for. */
    if (done == 0) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }

  if (!sqlite3_get_autocommit(database)) execute("COMMIT");
  sqlite3_finalize(insert);
  sqlite3_close(database);
  for (int index = 0; index < slot_count; index++) curl_easy_cleanup(slots[index].easy);
  curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
  curl_global_cleanup();
  csv_free(&parser);
  fclose(file);
  printf("%ld\n", created);
  return 0;
}
