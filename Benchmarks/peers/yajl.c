/* Drives YAJL over a file with callbacks that do nothing but count the objects of the records. */

#include <stdio.h>
#include <yajl/yajl_parse.h>

static unsigned long objects;

static int ignore(void *state) { return 1; }
static int boolean(void *state, int value) { return 1; }
static int text(void *state, const unsigned char *bytes, size_t count) { return 1; }
static int number(void *state, const char *bytes, size_t count) { return 1; }
static int start(void *state) {
  objects++;
  return 1;
}

int main(int count, char **arguments) {
  static unsigned char buffer[64 << 10];
  FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
  if (file == NULL) {
    fprintf(stderr, "usage: yajl-peer FILE\n");
    return 1;
  }
  yajl_callbacks callbacks = {.yajl_null = ignore,
                              .yajl_boolean = boolean,
                              .yajl_number = number,
                              .yajl_string = text,
                              .yajl_start_map = start,
                              .yajl_map_key = text,
                              .yajl_end_map = ignore,
                              .yajl_start_array = ignore,
                              .yajl_end_array = ignore};
  yajl_handle parser = yajl_alloc(&callbacks, NULL, NULL);
  yajl_status status = yajl_status_ok;
  size_t length;
  while (status == yajl_status_ok && (length = fread(buffer, 1, sizeof buffer, file)) > 0)
    status = yajl_parse(parser, buffer, length);
  if (status == yajl_status_ok) status = yajl_complete_parse(parser);
  yajl_free(parser);
  fclose(file);
  /* The list around the records is an object, too. */
  printf("%lu\n", objects - 1);
  return status == yajl_status_ok ? 0 : 1;
}
