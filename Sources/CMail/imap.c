// SPDX-License-Identifier: Apache-2.0
// IMAP as the desk needs it (RFC 3501, IDLE RFC 2177, ID RFC 2971, MOVE RFC 6851), over libetpan.
#include "internal.h"

#include <libetpan/libetpan.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct ld_imap {
    mailimap *session;
    /// Rings to end a wait.
    int bell;
    uint32_t exists;
};

ld_imap *ld_imap_new(void) {
    ld_imap *imap = calloc(1, sizeof *imap);
    if (!imap) return NULL;
    imap->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return imap;
}

void ld_imap_free(ld_imap *imap) {
    if (!imap) return;
    if (imap->session) {
        // The farewell must not wait for a server that is gone.
        if (imap->session->imap_stream) mailstream_low_set_timeout(mailstream_get_low(imap->session->imap_stream), 2);
        mailimap_free(imap->session);
    }
    if (imap->bell >= 0) close(imap->bell);
    free(imap);
}

/// Whether the server's last no is one that passes by itself: those of RFC 5530, section 3, and Gmail's THROTTLED.
static bool is_passing(const ld_imap *imap) {
    static const char *const codes[] = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "EXPUNGEISSUED", "THROTTLED"};
    const struct mailimap_response_info *info = imap->session ? imap->session->imap_response_info : NULL;
    if (!info || !info->rsp_atom) return false;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (strcasecmp(info->rsp_atom, codes[i]) == 0) return true;
    }
    return false;
}

/// What libetpan's code means, and the server's own words where there are some.
static int judge(ld_imap *imap, int code, const char *what, char *error) {
    switch (code) {
    case MAILIMAP_NO_ERROR:
    case MAILIMAP_NO_ERROR_AUTHENTICATED:
    case MAILIMAP_NO_ERROR_NON_AUTHENTICATED: return LD_MAIL_OK;
    case MAILIMAP_ERROR_STREAM:
    case MAILIMAP_ERROR_CONNECTION_REFUSED:
    case MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION:
        LD_SAY(error, "%s: the connection failed", what);
        return LD_MAIL_CONNECTION;
    case MAILIMAP_ERROR_SSL:
    case MAILIMAP_ERROR_STARTTLS:
        LD_SAY(error, "%s: TLS could not be agreed on", what);
        return LD_MAIL_CONNECTION;
    case MAILIMAP_ERROR_PARSE:
    case MAILIMAP_ERROR_PROTOCOL:
    case MAILIMAP_ERROR_FATAL:
        LD_SAY(error, "%s: the server's answer cannot be understood", what);
        return LD_MAIL_PROTOCOL;
    default: break;
    }
    const char *words = imap->session ? imap->session->imap_response : NULL;
    bool passes = is_passing(imap);
    LD_SAY(error, "%s: the server refused%s%s%.200s", what, passes ? " for now" : "", words ? ": " : "", words ? words : "");
    if (passes) return LD_MAIL_BUSY;
    return code == MAILIMAP_ERROR_LOGIN ? LD_MAIL_LOGIN : LD_MAIL_REFUSED;
}

/// Goes on in TLS, or says why not; whatever the reason, nothing is said in the clear after it.
static int start_tls(ld_imap *imap, const char *host, const char *ca_file, char *error) {
    mailimap *session = imap->session;
    if (session->imap_state != MAILIMAP_STATE_NON_AUTHENTICATED) {
        // After PREAUTH there is no STARTTLS (RFC 9051, 11.1), which is what somebody in between would like.
        LD_SAY(error, "starttls: the server says we are logged in already");
        return LD_MAIL_CONNECTION;
    }
    int result = judge(imap, mailimap_starttls(session), "starttls", error);
    if (result != LD_MAIL_OK) return result;
    if (session->imap_stream->read_buffer_len > 0) {
        // It would be taken for answers that came encrypted.
        LD_SAY(error, "starttls: the server went on in the clear");
        return LD_MAIL_CONNECTION;
    }
    result = ld_stream_secure(mailstream_get_low(session->imap_stream), host, ca_file, "starttls", error);
    // What the server said it can do in the clear, anybody may have said (RFC 9051, 6.2.1).
    struct mailimap_connection_info *told = session->imap_connection_info;
    if (told && told->imap_capability) {
        mailimap_capability_data_free(told->imap_capability);
        told->imap_capability = NULL;
    }
    return result;
}

int ld_imap_connect(
    ld_imap *imap, const char *host, uint16_t port, int tls, const char *ca_file, int timeout_s, char *error) {
    const size_t buffer_size = 8192;
    imap->session = mailimap_new(0, NULL);
    if (!imap->session || imap->bell < 0) {
        LD_SAY(error, "connect: out of memory or descriptors");
        return LD_MAIL_CONNECTION;
    }
    mailstream_low *low = NULL;
    int result = ld_stream_open(host, port, timeout_s, &low, error);
    if (result != LD_MAIL_OK) return result;
    if (tls == LD_MAIL_TLS) result = ld_stream_secure(low, host, ca_file, "connect", error);
    mailstream *stream = result == LD_MAIL_OK ? mailstream_new(low, buffer_size) : NULL;
    if (!stream) {
        ld_stream_free(low);
        if (result == LD_MAIL_OK) LD_SAY(error, "connect: out of memory");
        return result == LD_MAIL_OK ? LD_MAIL_CONNECTION : result;
    }
    result = judge(imap, mailimap_connect(imap->session, stream), "connect", error);
    return result == LD_MAIL_OK && tls == LD_MAIL_STARTTLS ? start_tls(imap, host, ca_file, error) : result;
}

int ld_imap_login(ld_imap *imap, const char *user, const char *secret, bool is_token, char *error) {
    int code = is_token ? mailimap_oauth2_authenticate(imap->session, user, secret) : mailimap_login(imap->session, user, secret);
    int result = judge(imap, code, "login", error);
    if (result == LD_MAIL_REFUSED) result = LD_MAIL_LOGIN;
    if (result != LD_MAIL_OK) return result;
    // The capabilities after the log-in are others than before.
    struct mailimap_capability_data *capabilities = NULL;
    if (mailimap_capability(imap->session, &capabilities) == MAILIMAP_NO_ERROR && capabilities) {
        mailimap_capability_data_free(capabilities);
    }
    if (mailimap_has_id(imap->session)) {
        char *name = NULL, *version = NULL;
        // NetEase refuses to open a folder for whoever did not introduce itself; others do not care.
        mailimap_id_basic(imap->session, "LuaDesk", "1", &name, &version);
        free(name);
        free(version);
    }
    return LD_MAIL_OK;
}

int ld_imap_select(ld_imap *imap, const char *folder, uint32_t *uid_validity, uint32_t *exists, char *error) {
    int result = judge(imap, mailimap_select(imap->session, folder), "select", error);
    if (result != LD_MAIL_OK) return result;
    struct mailimap_selection_info *info = imap->session->imap_selection_info;
    *uid_validity = info ? info->sel_uidvalidity : 0;
    *exists = imap->exists = info ? info->sel_exists : 0;
    return LD_MAIL_OK;
}

static int by_uid(const void *a, const void *b) {
    uint32_t x = ((const struct ld_imap_entry *)a)->uid, y = ((const struct ld_imap_entry *)b)->uid;
    return x < y ? -1 : x > y;
}

static bool has_seen_flag(struct mailimap_msg_att_dynamic *flags) {
    if (!flags || !flags->att_list) return false;
    for (clistiter *it = clist_begin(flags->att_list); it; it = clist_next(it)) {
        struct mailimap_flag_fetch *flag = clist_content(it);
        if (flag->fl_type == MAILIMAP_FLAG_FETCH_OTHER && flag->fl_flag && flag->fl_flag->fl_type == MAILIMAP_FLAG_SEEN) return true;
    }
    return false;
}

static int64_t seconds_of(const struct mailimap_date_time *date) {
    struct tm parts = {
        .tm_year = date->dt_year - 1900, .tm_mon = date->dt_month - 1, .tm_mday = date->dt_day,
        .tm_hour = date->dt_hour, .tm_min = date->dt_min, .tm_sec = date->dt_sec,
    };
    // The zone is written +hhmm.
    int zone = date->dt_zone / 100 * 3600 + date->dt_zone % 100 * 60;
    return (int64_t)timegm(&parts) - zone;
}

static struct ld_imap_entry entry_of(struct mailimap_msg_att *message) {
    struct ld_imap_entry entry = {0};
    for (clistiter *it = clist_begin(message->att_list); it; it = clist_next(it)) {
        struct mailimap_msg_att_item *item = clist_content(it);
        if (item->att_type == MAILIMAP_MSG_ATT_ITEM_DYNAMIC) {
            entry.is_seen = has_seen_flag(item->att_data.att_dyn);
        } else if (item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_UID) {
            entry.uid = item->att_data.att_static->att_data.att_uid;
        } else if (item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
            entry.byte_count = item->att_data.att_static->att_data.att_rfc822_size;
        } else if (item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_INTERNALDATE) {
            entry.received_s = seconds_of(item->att_data.att_static->att_data.att_internal_date);
        }
    }
    return entry;
}

int ld_imap_list(ld_imap *imap, uint32_t after, struct ld_imap_entry **entries, size_t *count, char *error) {
    *entries = NULL;
    *count = 0;
    if (after == UINT32_MAX) return LD_MAIL_OK;
    // What is announced from here on may not be in the list.
    struct mailimap_selection_info *info = imap->session->imap_selection_info;
    imap->exists = info ? info->sel_exists : 0;
    struct mailimap_set *set = mailimap_set_new_interval(after + 1, 0);
    struct mailimap_fetch_type *wanted = mailimap_fetch_type_new_fetch_att_list_empty();
    mailimap_fetch_type_new_fetch_att_list_add(wanted, mailimap_fetch_att_new_uid());
    mailimap_fetch_type_new_fetch_att_list_add(wanted, mailimap_fetch_att_new_flags());
    mailimap_fetch_type_new_fetch_att_list_add(wanted, mailimap_fetch_att_new_rfc822_size());
    mailimap_fetch_type_new_fetch_att_list_add(wanted, mailimap_fetch_att_new_internaldate());
    clist *found = NULL;
    int code = mailimap_uid_fetch(imap->session, set, wanted, &found);
    mailimap_fetch_type_free(wanted);
    mailimap_set_free(set);
    int result = judge(imap, code, "list", error);
    if (result != LD_MAIL_OK || !found) return result;
    struct ld_imap_entry *list = calloc((size_t)clist_count(found) + 1, sizeof *list);
    if (list) {
        for (clistiter *it = clist_begin(found); it; it = clist_next(it)) {
            struct ld_imap_entry entry = entry_of(clist_content(it));
            // "n:*" gives the last message even if its UID is below n.
            if (entry.uid > after) list[(*count)++] = entry;
        }
        qsort(list, *count, sizeof *list, by_uid);
    }
    mailimap_fetch_list_free(found);
    *entries = list;
    return LD_MAIL_OK;
}

/// One slice of a message. An empty slice is its end. Sets `is_there` where the server answered with a slice, if an empty one.
static int fetch_slice(
    ld_imap *imap, uint32_t uid, uint32_t offset, uint32_t size, char **slice, size_t *length, bool *is_there, char *error) {
    *slice = NULL;
    *length = 0;
    struct mailimap_set *set = mailimap_set_new_single(uid);
    struct mailimap_fetch_att *part = mailimap_fetch_att_new_body_peek_section_partial(mailimap_section_new(NULL), offset, size);
    struct mailimap_fetch_type *wanted = mailimap_fetch_type_new_fetch_att(part);
    clist *found = NULL;
    int code = mailimap_uid_fetch(imap->session, set, wanted, &found);
    mailimap_fetch_type_free(wanted);
    mailimap_set_free(set);
    int result = judge(imap, code, "fetch", error);
    if (result != LD_MAIL_OK || !found) return result;
    for (clistiter *it = clist_begin(found); it && !*slice; it = clist_next(it)) {
        struct mailimap_msg_att *message = clist_content(it);
        for (clistiter *at = clist_begin(message->att_list); at; at = clist_next(at)) {
            struct mailimap_msg_att_item *item = clist_content(at);
            if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC) continue;
            struct mailimap_msg_att_static *fixed = item->att_data.att_static;
            if (fixed->att_type != MAILIMAP_MSG_ATT_BODY_SECTION) continue;
            *is_there = true;
            if (!fixed->att_data.att_body_section->sec_body_part) continue;
            *slice = fixed->att_data.att_body_section->sec_body_part;
            *length = fixed->att_data.att_body_section->sec_length;
            // Ours now: the list must not free it.
            fixed->att_data.att_body_section->sec_body_part = NULL;
            break;
        }
    }
    mailimap_fetch_list_free(found);
    return LD_MAIL_OK;
}

int ld_imap_fetch(ld_imap *imap, uint32_t uid, size_t limit, uint8_t **bytes, size_t *count, char *error) {
    const uint32_t step = 1 << 20;
    *bytes = NULL;
    *count = 0;
    bool is_there = false;
    while (true) {
        char *slice;
        size_t length;
        int result = fetch_slice(imap, uid, (uint32_t)*count, step, &slice, &length, &is_there, error);
        if (result == LD_MAIL_OK && *count + length > limit) {
            LD_SAY(error, "fetch: the message is larger than %zu bytes", limit);
            result = LD_MAIL_TOO_LARGE;
        }
        if (result == LD_MAIL_OK && length > 0) {
            uint8_t *more = realloc(*bytes, *count + length);
            if (more) {
                memcpy(more + *count, slice, length);
                *bytes = more;
                *count += length;
            } else {
                LD_SAY(error, "fetch: out of memory");
                result = LD_MAIL_TOO_LARGE;
            }
        }
        if (slice) mailimap_nstring_free(slice);
        if (result != LD_MAIL_OK) {
            free(*bytes);
            *bytes = NULL;
            *count = 0;
            return result;
        }
        if (length < step) break;
    }
    if (!is_there) {
        LD_SAY(error, "fetch: the message is gone");
        return LD_MAIL_GONE;
    }
    return LD_MAIL_OK;
}

static int add_flag(ld_imap *imap, uint32_t uid, struct mailimap_flag *flag, char *error) {
    struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
    mailimap_flag_list_add(flags, flag);
    struct mailimap_store_att_flags *change = mailimap_store_att_flags_new_add_flags_silent(flags);
    struct mailimap_set *set = mailimap_set_new_single(uid);
    int code = mailimap_uid_store(imap->session, set, change);
    mailimap_set_free(set);
    mailimap_store_att_flags_free(change);
    return judge(imap, code, "mark", error);
}

int ld_imap_mark_seen(ld_imap *imap, uint32_t uid, char *error) { return add_flag(imap, uid, mailimap_flag_new_seen(), error); }

int ld_imap_move(ld_imap *imap, uint32_t uid, const char *folder, char *error) {
    bool can_move = mailimap_has_extension(imap->session, "MOVE");
    struct mailimap_set *set = mailimap_set_new_single(uid);
    int code = MAILIMAP_NO_ERROR;
    for (int attempt = 0; attempt < 2; attempt++) {
        code = can_move ? mailimap_uid_move(imap->session, set, folder) : mailimap_uid_copy(imap->session, set, folder);
        bool is_refused = code == MAILIMAP_ERROR_UID_MOVE || code == MAILIMAP_ERROR_UID_COPY;
        if (!is_refused || attempt > 0) break;
        mailimap_create(imap->session, folder);
    }
    int result = judge(imap, code, "move", error);
    if (result == LD_MAIL_OK && !can_move) {
        result = add_flag(imap, uid, mailimap_flag_new_deleted(), error);
        if (result == LD_MAIL_OK) result = judge(imap, mailimap_expunge(imap->session), "expunge", error);
    }
    mailimap_set_free(set);
    return result;
}

bool ld_imap_has_idle(ld_imap *imap) { return mailimap_has_idle(imap->session); }

/// Waits for the bell or, with a descriptor, for the server. 1: the server, 0: the time or the bell.
static int sleep_on(ld_imap *imap, int descriptor, int seconds) {
    struct pollfd waits[2] = {{.fd = imap->bell, .events = POLLIN}, {.fd = descriptor, .events = POLLIN}};
    int ready = poll(waits, descriptor >= 0 ? 2 : 1, seconds * 1000);
    uint64_t rings;
    if (ready > 0 && (waits[0].revents & POLLIN) && read(imap->bell, &rings, sizeof rings) > 0) return 0;
    return ready > 0 && descriptor >= 0 && waits[1].revents != 0;
}

int ld_imap_wait(ld_imap *imap, int seconds, char *error) {
    struct mailimap_selection_info *info = imap->session->imap_selection_info;
    // Announced in the answer of another command: a server says it once, and not again while it is waited for.
    if (info && info->sel_exists != imap->exists) return LD_MAIL_OK;
    int result;
    if (mailimap_has_idle(imap->session)) {
        if ((result = judge(imap, mailimap_idle(imap->session), "idle", error)) != LD_MAIL_OK) return result;
        // Some servers tell what is new in the same packet as that they are idling.
        mailstream *stream = imap->session->imap_stream;
        bool is_here = stream->read_buffer_len > 0 || ld_stream_has_pending(mailstream_get_low(stream));
        if (!is_here) sleep_on(imap, mailimap_idle_get_fd(imap->session), seconds);
        result = judge(imap, mailimap_idle_done(imap->session), "idle", error);
    } else {
        sleep_on(imap, -1, seconds);
        result = judge(imap, mailimap_noop(imap->session), "noop", error);
    }
    return result;
}

void ld_imap_interrupt(ld_imap *imap) {
    uint64_t once = 1;
    if (write(imap->bell, &once, sizeof once) < 0) return;
}
