// The door to GnuTLS: its header, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CGNUTLS_SHIM_H
#define CUPIBULK_CGNUTLS_SHIM_H

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

/* Makes an elliptic-curve key on P-256 (GNUTLS_CURVE_TO_BITS is a macro with a cast). */
static inline int cupibulk_gnutls_generate_key(gnutls_x509_privkey_t key) {
  return gnutls_x509_privkey_generate(
      key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
}

/* Frees what GnuTLS allocated (gnutls_free is a global variable). */
static inline void cupibulk_gnutls_free(void *memory) { gnutls_free(memory); }

#endif
