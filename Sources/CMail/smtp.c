// SPDX-License-Identifier: Apache-2.0
// One message to a submission server (RFC 6409), over libcurl, which judges certificates and stuffs dots.
#include "internal.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>

struct source {
    const uint8_t *bytes;
    size_t left;
};

static size_t give(char *into, size_t size, size_t count, void *context) {
    struct source *source = context;
    size_t length = size * count < source->left ? size * count : source->left;
    memcpy(into, source->bytes, length);
    source->bytes += length;
    source->left -= length;
    return length;
}

// The server's last line that refuses something, as far as it is plain text.
struct refusal {
    char line[200];
};

static size_t hear(char *from, size_t size, size_t count, void *context) {
    struct refusal *refusal = context;
    size_t length = size * count, kept = 0;
    if (length == 0 || (from[0] != '4' && from[0] != '5')) return length;
    for (size_t i = 0; i < length && kept < sizeof refusal->line - 1; i++) {
        unsigned char byte = (unsigned char)from[i];
        if (byte >= 0x20 && byte < 0x7f) refusal->line[kept++] = (char)byte;
    }
    refusal->line[kept] = 0;
    return length;
}

static void start_curl(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

static int judge(CURLcode code, long reply) {
    switch (code) {
    case CURLE_OK: return LD_MAIL_OK;
    case CURLE_LOGIN_DENIED: return LD_MAIL_LOGIN;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return LD_MAIL_CERTIFICATE;
    default: return reply >= 400 ? LD_MAIL_REFUSED : LD_MAIL_CONNECTION;
    }
}

/// Whether TLS failed because the server knows older versions only. libcurl gives no code of its own for it, only its library's words:
/// GnuTLS has "unsupported version was received" and "Error in protocol version", OpenSSL "unsupported protocol" and "alert protocol version".
static bool is_outdated(CURLcode code, const char *reason) {
    if (code != CURLE_SSL_CONNECT_ERROR) return false;
    return strstr(reason, "unsupported version") || strstr(reason, "protocol version") || strstr(reason, "unsupported protocol") ||
           strstr(reason, "wrong ssl version");
}

int ld_smtp_send(
    const struct ld_smtp_server *server, const char *sender, const char *recipient, const uint8_t *bytes, size_t count,
    long *reply_code, char *error) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_curl);
    *reply_code = 0;
    CURL *curl = curl_easy_init();
    if (!curl) {
        LD_SAY(error, "send: out of memory");
        return LD_MAIL_CONNECTION;
    }
    char url[300], reason[CURL_ERROR_SIZE] = "", from[400], to[400];
    snprintf(url, sizeof url, "%s://%s:%u", server->tls == LD_MAIL_TLS ? "smtps" : "smtp", server->host, server->port);
    snprintf(from, sizeof from, "<%s>", sender);
    snprintf(to, sizeof to, "<%s>", recipient);
    struct source source = {bytes, count};
    struct refusal refusal = {""};
    struct curl_slist *recipients = curl_slist_append(NULL, to);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, &source);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &refusal);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)count);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)(server->timeout_s < 20 ? server->timeout_s : 20));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)server->timeout_s);
    if (server->tls != LD_MAIL_CLEAR) curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (server->ca_file) curl_easy_setopt(curl, CURLOPT_CAINFO, server->ca_file);
    if (server->user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, server->user);
        curl_easy_setopt(curl, server->is_token ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD, server->secret);
    }
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, reply_code);
    int result = judge(code, *reply_code);
    const char *why = reason[0] ? reason : curl_easy_strerror(code);
    if (is_outdated(code, reason)) {
        result = LD_MAIL_OUTDATED;
        LD_SAY(error, "send: %s", LD_MAIL_OUTDATED_SENTENCE);
    } else if (result == LD_MAIL_REFUSED && refusal.line[0]) {
        LD_SAY(error, "send: %s (%s)", why, refusal.line);
    } else if (result != LD_MAIL_OK) {
        LD_SAY(error, "send: %s", why);
    }
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
    return result;
}
