// SPDX-License-Identifier: Apache-2.0
#ifndef LD_MAIL_INTERNAL_H
#define LD_MAIL_INTERNAL_H

#include "CMail.h"
#include <libetpan/mailstream_types.h>
#include <stdio.h>

/// For the error, after what was done: what is wrong and what to do.
#define LD_MAIL_OUTDATED_SENTENCE \
    "the server offers no TLS of version 1.2 or later, and older ones are not spoken; have it updated or use another server"

#define LD_SAY(error, ...) snprintf((error), LD_MAIL_ERROR, __VA_ARGS__)

// MARK: The stream under libetpan (stream.c): safe at any descriptor, no signals, each wait limited.

/// Connects, in the clear, to the first of the host's addresses that answers. `timeout_s` is for all of them together,
/// and then for each read and write.
int ld_stream_open(const char *host, uint16_t port, int timeout_s, mailstream_low **low, char *error);
/// Goes on in TLS, 1.2 at least, if the server's certificate proves `host` by the system's authorities or by `ca_file`;
/// if not, nothing is said on the stream any more. Nothing heard in the clear may be left unread by libetpan.
/// `what` is the step it belongs to, for the error.
int ld_stream_secure(mailstream_low *low, const char *host, const char *ca_file, const char *what, char *error);
/// Whether there are decrypted bytes that the descriptor does not tell of.
bool ld_stream_has_pending(mailstream_low *low);
/// Closes and frees a stream that libetpan was not given.
void ld_stream_free(mailstream_low *low);

#endif
