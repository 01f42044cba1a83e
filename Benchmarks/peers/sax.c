/* Drives libxml2's SAX2 push parser over a file with handlers that do nothing but count records. */

#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

static unsigned long records;

static void start(void *state, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                  int namespace_count, const xmlChar **namespaces, int attribute_count,
                  int default_count, const xmlChar **attributes) {
  if (strcmp((const char *)name, "PortGroupServer") == 0) records++;
}

static void end(void *state, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {}

static void text(void *state, const xmlChar *bytes, int count) {}

int main(int count, char **arguments) {
  static char buffer[64 << 10];
  FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
  if (file == NULL) {
    fprintf(stderr, "usage: sax-peer FILE\n");
    return 1;
  }
  xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                           .startElementNs = start,
                           .endElementNs = end,
                           .characters = text,
                           .ignorableWhitespace = text};
  xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, NULL, NULL, 0, NULL);
  xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOENT);
  size_t length;
  while ((length = fread(buffer, 1, sizeof buffer, file)) > 0)
    xmlParseChunk(parser, buffer, (int)length, 0);
  xmlParseChunk(parser, buffer, 0, 1);
  int sound = parser->wellFormed;
  xmlFreeParserCtxt(parser);
  fclose(file);
  printf("%lu\n", records);
  return sound ? 0 : 1;
}
