// SPDX-License-Identifier: Apache-2.0
// Mail through well-kept libraries: IMAP with IDLE (libetpan), SMTP (libcurl), the structure of a message (GMime), character sets (iconv).
//
// Few whole functions over plain bytes; nothing of the libraries' types shows. Blocking calls belong on a thread of their own. A `char *error`
// of `LD_MAIL_ERROR` bytes takes a sentence without secrets when a call fails.
#ifndef CMAIL_H
#define CMAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LD_MAIL_ERROR 512

/// How a connection is protected.
enum ld_mail_tls { LD_MAIL_CLEAR = 0, LD_MAIL_TLS = 1, LD_MAIL_STARTTLS = 2 };

/// What a failed call calls for.
enum ld_mail_result {
    LD_MAIL_OK = 0,
    /// The connection is gone or never came: again later.
    LD_MAIL_CONNECTION = 1,
    /// The certificate does not prove the server: nothing was sent to it.
    LD_MAIL_CERTIFICATE = 2,
    /// User or password are refused.
    LD_MAIL_LOGIN = 3,
    /// The server said no to this command.
    LD_MAIL_REFUSED = 4,
    /// It said something that cannot be understood.
    LD_MAIL_PROTOCOL = 5,
    /// Over the limit.
    LD_MAIL_TOO_LARGE = 6,
    /// The server speaks no TLS of version 1.2 or later: nothing was sent to it.
    LD_MAIL_OUTDATED = 7,
    /// The server said no for a reason that passes by itself (RFC 5530): the same again later.
    LD_MAIL_BUSY = 8,
    /// What was asked for is not there any more.
    LD_MAIL_GONE = 9,
};

// MARK: IMAP (imap.c). A session belongs to one thread; only ld_imap_interrupt may come from another.

typedef struct ld_imap ld_imap;

ld_imap *ld_imap_new(void);
void ld_imap_free(ld_imap *imap);
/// Connects, and with TLS proves the server by the system's authorities, or by those in `ca_file`. `timeout_s` is for each answer.
int ld_imap_connect(
    ld_imap *imap, const char *host, uint16_t port, int tls, const char *ca_file, int timeout_s, char *error);
/// Logs in with a password, or with an OAuth 2 token, and says who it is where the server wants to know (NetEase does).
int ld_imap_login(ld_imap *imap, const char *user, const char *secret, bool is_token, char *error);
/// `folder` in modified UTF-7.
int ld_imap_select(ld_imap *imap, const char *folder, uint32_t *uid_validity, uint32_t *exists, char *error);

struct ld_imap_entry {
    uint32_t uid;
    uint32_t byte_count;
    bool is_seen;
    /// When the server took it (INTERNALDATE), in seconds since 1970; 0 where it does not say.
    int64_t received_s;
};
/// The messages with UIDs above `after`, ascending. `entries` is the caller's to free().
int ld_imap_list(ld_imap *imap, uint32_t after, struct ld_imap_entry **entries, size_t *count, char *error);
/// A whole message, in slices of 1 MiB, without marking it as read. `bytes` is the caller's to free(), and NULL where the message has none.
/// LD_MAIL_GONE where the server does not have it any more.
int ld_imap_fetch(ld_imap *imap, uint32_t uid, size_t limit, uint8_t **bytes, size_t *count, char *error);
/// Marks a message as seen.
int ld_imap_mark_seen(ld_imap *imap, uint32_t uid, char *error);
/// Moves a message, creating the folder if it is missing; copies and deletes where the server has no MOVE.
int ld_imap_move(ld_imap *imap, uint32_t uid, const char *folder, char *error);
bool ld_imap_has_idle(ld_imap *imap);
/// Waits until the folder changes, at once if it has since `ld_imap_list`, `seconds` are over, or `ld_imap_interrupt` is called. Without IDLE it waits and asks once at the end.
int ld_imap_wait(ld_imap *imap, int seconds, char *error);
/// Ends a wait. From any thread, as long as the session is not freed.
void ld_imap_interrupt(ld_imap *imap);

// MARK: SMTP (smtp.c)

struct ld_smtp_server {
    const char *host;
    uint16_t port;
    int tls;
    const char *ca_file;
    /// NULL: no log-in.
    const char *user;
    const char *secret;
    bool is_token;
    int timeout_s;
};
/// Hands one message to the server. `sender` is empty for automatic mail. `reply_code` is the server's last answer, 0 if there was none.
int ld_smtp_send(
    const struct ld_smtp_server *server, const char *sender, const char *recipient, const uint8_t *bytes, size_t count,
    long *reply_code, char *error);

// MARK: The structure of a message (mime.c)

typedef struct ld_mime ld_mime;

/// One part, in the order of the message; strings are NUL-terminated UTF-8 or NULL, and live as long as the message.
struct ld_mime_part {
    /// 0 for the message itself.
    int depth;
    /// Index of the part it lies in; -1 for the message itself.
    int parent;
    bool is_multipart;
    /// A message within a message.
    bool is_message;
    /// Lower case, without parameters: `text/plain`.
    const char *type;
    const char *charset;
    const char *disposition;
    const char *filename;
    const char *name;
    const char *content_id;
    /// Of multipart/report.
    const char *report_type;
    /// Of text/plain: `flowed` where its lines go on after a space at their end (RFC 3676).
    const char *format;
    /// `yes` where that space is no part of the text.
    const char *del_sp;
    /// Decoded content of a leaf; the whole inner message of `is_message`.
    const uint8_t *bytes;
    size_t byte_count;
};

/// Parses a message of any bytes. NULL only if nothing of it can be read. Stops at `part_limit` parts and `depth_limit` levels.
ld_mime *ld_mime_parse(const uint8_t *bytes, size_t count, int part_limit, int depth_limit);
void ld_mime_free(ld_mime *mime);
size_t ld_mime_part_count(const ld_mime *mime);
struct ld_mime_part ld_mime_part_at(const ld_mime *mime, size_t index);
/// Whether parts were left out.
bool ld_mime_is_cut(const ld_mime *mime);

/// Bytes of one character set as UTF-8. With `strict` the first byte that is wrong makes it fail; else it becomes U+FFFD.
/// `out` is the caller's to free(). False if the set is unknown or the bytes are not of it.
bool ld_mail_decode(const char *charset, const uint8_t *bytes, size_t count, bool strict, char **out, size_t *out_count);
/// Seconds since 1970 of a Date header; false if it is none.
bool ld_mail_date(const char *text, int64_t *seconds);

#endif
