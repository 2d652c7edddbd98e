// SPDX-License-Identifier: Apache-2.0
#ifndef LD_MAIL_INTERNAL_H
#define LD_MAIL_INTERNAL_H

#include "CMail.h"
#include <stdio.h>

#define LD_SAY(error, ...) snprintf((error), LD_MAIL_ERROR, __VA_ARGS__)

/// Whether a chain of DER certificates, the server's first, proves `host` by the system's authorities or by `ca_file`.
bool ld_certificate_proves(
    const uint8_t *const *der, const size_t *lengths, size_t count, const char *host, const char *ca_file, char *error);

#endif
