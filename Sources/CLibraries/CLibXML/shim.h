// The door to libxml2: its headers, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CLIBXML_SHIM_H
#define CUPIBULK_CLIBXML_SHIM_H

// libxml2's encoding header would include ICU's, which clash with Foundation's copy on clean builds.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/SAX2.h>
#include <libxml/encoding.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlwriter.h>

/* The version of the library that is loaded, as 20914 (xmlParserVersion is a global variable). */
static inline const char *cupibulk_libxml_version(void) { return xmlParserVersion; }

#endif
