// The door to libunistring: its header, and what Swift cannot call (the forms are macros).

#ifndef CUPIBULK_CUNISTRING_SHIM_H
#define CUPIBULK_CUNISTRING_SHIM_H

#include <uninorm.h>
#include <unistring/version.h>

/* The version of the library that is loaded, as 0x010000 (_libunistring_version is a global variable). */
static inline int cupibulk_unistring_version(void) { return _libunistring_version; }

/* Normalization form C, or form D (u8_normalize); to be freed. */
static inline uint8_t *cupibulk_unistring_normalize(
    int isComposed, const uint8_t *bytes, size_t count, size_t *length) {
  return u8_normalize(isComposed ? UNINORM_NFC : UNINORM_NFD, bytes, count, NULL, length);
}

#endif
