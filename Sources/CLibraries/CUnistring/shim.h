// The door to libunistring: its header, and what Swift cannot call (the forms are macros).

#ifndef CUPIBULK_CUNISTRING_SHIM_H
#define CUPIBULK_CUNISTRING_SHIM_H

#include <uninorm.h>

/* Normalization form C, or form D (u8_normalize); to be freed. */
static inline uint8_t *cupibulk_unistring_normalize(
    int isComposed, const uint8_t *bytes, size_t count, size_t *length) {
  return u8_normalize(isComposed ? UNINORM_NFC : UNINORM_NFD, bytes, count, NULL, length);
}

#endif
