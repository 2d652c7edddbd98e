// SPDX-License-Identifier: Apache-2.0
// The parts of a message, by GMime; what it gets wrong (see Mail/Message) is left to the caller, with the bytes to do better.
#include "internal.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <iconv.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct ld_mime {
    GMimeMessage *message;
    struct ld_mime_part *parts;
    size_t count, capacity;
    size_t part_limit;
    int depth_limit;
    bool is_cut;
    /// Strings and bytes of the parts.
    GPtrArray *owned;
};

static void start_gmime(void) { g_mime_init(); }

static const char *keep(ld_mime *mime, char *text) {
    if (text) g_ptr_array_add(mime->owned, text);
    return text;
}

/// Takes the bytes out of a stream in memory.
static const uint8_t *take(ld_mime *mime, GMimeStream *stream, size_t *count) {
    GByteArray *array = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)stream);
    *count = array ? array->len : 0;
    if (*count == 0) return NULL;
    char *copy = malloc(*count);
    if (!copy) {
        *count = 0;
        return NULL;
    }
    memcpy(copy, array->data, *count);
    return (const uint8_t *)keep(mime, copy);
}

static struct ld_mime_part *add(ld_mime *mime) {
    if (mime->count >= mime->part_limit) {
        mime->is_cut = true;
        return NULL;
    }
    if (mime->count == mime->capacity) {
        size_t capacity = mime->capacity ? mime->capacity * 2 : 8;
        struct ld_mime_part *more = realloc(mime->parts, capacity * sizeof *more);
        if (!more) {
            mime->is_cut = true;
            return NULL;
        }
        mime->parts = more;
        mime->capacity = capacity;
    }
    struct ld_mime_part *part = &mime->parts[mime->count++];
    memset(part, 0, sizeof *part);
    return part;
}

static char *copy_of(const char *text) { return text ? strdup(text) : NULL; }

static void walk(ld_mime *mime, GMimeObject *object, int parent, int depth) {
    if (depth > mime->depth_limit) {
        mime->is_cut = true;
        return;
    }
    struct ld_mime_part *part = add(mime);
    if (!part) return;
    int index = (int)mime->count - 1;
    part->depth = depth;
    part->parent = parent;
    GMimeContentType *type = g_mime_object_get_content_type(object);
    char *name = type ? g_mime_content_type_get_mime_type(type) : NULL;
    if (name) {
        for (char *c = name; *c; c++) *c = g_ascii_tolower(*c);
        part->type = keep(mime, strdup(name));
        g_free(name);
    }
    part->charset = keep(mime, copy_of(g_mime_object_get_content_type_parameter(object, "charset")));
    part->name = keep(mime, copy_of(g_mime_object_get_content_type_parameter(object, "name")));
    part->report_type = keep(mime, copy_of(g_mime_object_get_content_type_parameter(object, "report-type")));
    part->format = keep(mime, copy_of(g_mime_object_get_content_type_parameter(object, "format")));
    part->del_sp = keep(mime, copy_of(g_mime_object_get_content_type_parameter(object, "delsp")));
    part->disposition = keep(mime, copy_of(g_mime_object_get_disposition(object)));
    part->filename = keep(mime, copy_of(g_mime_object_get_content_disposition_parameter(object, "filename")));
    part->content_id = keep(mime, copy_of(g_mime_object_get_content_id(object)));
    if (GMIME_IS_MULTIPART(object)) {
        part->is_multipart = true;
        int count = g_mime_multipart_get_count((GMimeMultipart *)object);
        for (int i = 0; i < count && !(mime->is_cut && mime->count >= mime->part_limit); i++) {
            walk(mime, g_mime_multipart_get_part((GMimeMultipart *)object, i), index, depth + 1);
        }
        return;
    }
    GMimeStream *stream = g_mime_stream_mem_new();
    if (GMIME_IS_MESSAGE_PART(object)) {
        part->is_message = true;
        GMimeMessage *inner = g_mime_message_part_get_message((GMimeMessagePart *)object);
        if (inner) g_mime_object_write_to_stream((GMimeObject *)inner, NULL, stream);
    } else if (GMIME_IS_PART(object)) {
        GMimeDataWrapper *content = g_mime_part_get_content((GMimePart *)object);
        if (content) g_mime_data_wrapper_write_to_stream(content, stream);
    }
    size_t count;
    const uint8_t *bytes = take(mime, stream, &count);
    mime->parts[index].bytes = bytes;
    mime->parts[index].byte_count = count;
    g_object_unref(stream);
}

ld_mime *ld_mime_parse(const uint8_t *bytes, size_t count, int part_limit, int depth_limit) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_gmime);
    ld_mime *mime = calloc(1, sizeof *mime);
    if (!mime) return NULL;
    mime->part_limit = (size_t)part_limit;
    mime->depth_limit = depth_limit;
    mime->owned = g_ptr_array_new_with_free_func(free);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)bytes, count);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeParserOptions *options = g_mime_parser_options_new();
    g_mime_parser_options_set_parameter_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    g_mime_parser_options_set_rfc2047_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
    mime->message = g_mime_parser_construct_message(parser, options);
    g_mime_parser_options_free(options);
    g_object_unref(parser);
    g_object_unref(stream);
    GMimeObject *root = mime->message ? g_mime_message_get_mime_part(mime->message) : NULL;
    if (!root) {
        ld_mime_free(mime);
        return NULL;
    }
    walk(mime, root, -1, 0);
    return mime;
}

void ld_mime_free(ld_mime *mime) {
    if (!mime) return;
    if (mime->message) g_object_unref(mime->message);
    g_ptr_array_free(mime->owned, TRUE);
    free(mime->parts);
    free(mime);
}

size_t ld_mime_part_count(const ld_mime *mime) { return mime->count; }
struct ld_mime_part ld_mime_part_at(const ld_mime *mime, size_t index) { return mime->parts[index]; }
bool ld_mime_is_cut(const ld_mime *mime) { return mime->is_cut; }

bool ld_mail_decode(const char *charset, const uint8_t *bytes, size_t count, bool strict, char **out, size_t *out_count) {
    iconv_t converter = iconv_open("UTF-8", charset);
    if (converter == (iconv_t)-1) return false;
    // No character of these sets grows by more than this.
    size_t capacity = count * 4 + 16, left = capacity, rest = count;
    char *start = malloc(capacity), *into = start, *from = (char *)bytes;
    bool is_whole = start != NULL;
    while (is_whole && rest > 0) {
        if (iconv(converter, &from, &rest, &into, &left) != (size_t)-1) break;
        if (strict || errno == E2BIG || left < 3) {
            is_whole = false;
            break;
        }
        memcpy(into, "\xEF\xBF\xBD", 3);
        into += 3;
        left -= 3;
        from++;
        rest--;
    }
    if (is_whole) iconv(converter, NULL, NULL, &into, &left);
    iconv_close(converter);
    if (!is_whole) {
        free(start);
        return false;
    }
    *out = start;
    *out_count = (size_t)(into - start);
    return true;
}

bool ld_mail_date(const char *text, int64_t *seconds) {
    GDateTime *date = g_mime_utils_header_decode_date(text);
    if (!date) return false;
    *seconds = g_date_time_to_unix(date);
    g_date_time_unref(date);
    return true;
}
