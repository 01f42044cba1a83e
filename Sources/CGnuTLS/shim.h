// The door to GnuTLS: its header, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CGNUTLS_SHIM_H
#define CUPIBULK_CGNUTLS_SHIM_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#endif
