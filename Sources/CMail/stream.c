// SPDX-License-Identifier: Apache-2.0
// The stream under libetpan: TCP with a limit for each wait; TLS by OpenSSL, which proves the server in the handshake.
//
// libetpan's own streams wait with select(), which ends the process at the first descriptor above 1023. These poll.
#include "internal.h"

#include <errno.h>
#include <libetpan/libetpan.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/// What a stream of libetpan's carries for us.
struct wire {
    /// Does not block.
    int descriptor;
    /// NULL as long as nothing is encrypted.
    SSL *tls;
    /// Nothing is said or heard any more: an answer that comes too late would be taken for that to the next question.
    bool is_broken;
};

// ---- waiting ---------------------------------------------------------------------------------------------------

/// Milliseconds of a clock that nobody sets.
static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t deadline_of(mailstream_low *low) {
    return now_ms() + (int64_t)(low->timeout ? low->timeout : (unsigned long)mailstream_network_delay.tv_sec) * 1000;
}

/// Whether the descriptor is ready, or in error, before `deadline`; if not, errno says why.
static bool is_ready(int descriptor, short events, int64_t deadline) {
    struct pollfd wait = {.fd = descriptor, .events = events};
    while (true) {
        int64_t left = deadline - now_ms();
        int ready = left > 0 ? poll(&wait, 1, left > INT_MAX ? INT_MAX : (int)left) : 0;
        if (ready > 0) return true;
        if (ready == 0) errno = ETIMEDOUT;
        if (errno != EINTR) return false;
    }
}

/// After a system call that failed: whether to call it again, having waited for what it needs.
static bool may_retry(int descriptor, short events, int64_t deadline) {
    if (errno == EINTR) return true;
    return (errno == EAGAIN || errno == EWOULDBLOCK) && is_ready(descriptor, events, deadline);
}

/// The same after a call of OpenSSL's that returned `result`, not above 0.
static bool may_retry_tls(struct wire *wire, int result, int64_t deadline) {
    switch (SSL_get_error(wire->tls, result)) {
    case SSL_ERROR_WANT_READ: return is_ready(wire->descriptor, POLLIN, deadline);
    case SSL_ERROR_WANT_WRITE: return is_ready(wire->descriptor, POLLOUT, deadline);
    default: return false;
    }
}

// ---- what libetpan calls ---------------------------------------------------------------------------------------

static ssize_t wire_read(mailstream_low *low, void *into, size_t size) {
    struct wire *wire = low->data;
    int64_t deadline = deadline_of(low);
    int most = size > INT_MAX ? INT_MAX : (int)size;
    while (!wire->is_broken) {
        ssize_t count;
        bool goes_on;
        if (wire->tls) {
            ERR_clear_error();
            count = SSL_read(wire->tls, into, most);
            goes_on = count > 0 || may_retry_tls(wire, (int)count, deadline);
        } else {
            count = recv(wire->descriptor, into, (size_t)most, 0);
            goes_on = count > 0 || (count < 0 && may_retry(wire->descriptor, POLLIN, deadline));
        }
        if (count > 0) return count;
        // The end of the stream is a failure too: who reads, waits for an answer.
        wire->is_broken = !goes_on;
    }
    return -1;
}

static ssize_t wire_write(mailstream_low *low, const void *bytes, size_t size) {
    struct wire *wire = low->data;
    int64_t deadline = deadline_of(low);
    int most = size > INT_MAX ? INT_MAX : (int)size;
    while (!wire->is_broken) {
        ssize_t count;
        bool goes_on;
        if (wire->tls) {
            ERR_clear_error();
            count = SSL_write(wire->tls, bytes, most);
            goes_on = count > 0 || may_retry_tls(wire, (int)count, deadline);
        } else {
            count = send(wire->descriptor, bytes, (size_t)most, MSG_NOSIGNAL);
            goes_on = count > 0 || (count < 0 && may_retry(wire->descriptor, POLLOUT, deadline));
        }
        if (count > 0) return count;
        wire->is_broken = !goes_on;
    }
    return -1;
}

static int wire_close(mailstream_low *low) {
    struct wire *wire = low->data;
    // One try to say good-bye, without waiting; after a failure OpenSSL must not be asked.
    if (wire->tls && !wire->is_broken) SSL_shutdown(wire->tls);
    ERR_clear_error();
    if (wire->descriptor >= 0) close(wire->descriptor);
    wire->descriptor = -1;
    wire->is_broken = true;
    return 0;
}

static int wire_descriptor(mailstream_low *low) { return ((struct wire *)low->data)->descriptor; }

static void wire_free(mailstream_low *low) {
    struct wire *wire = low->data;
    SSL_free(wire->tls);
    free(wire);
    free(low);
}

static mailstream_low_driver driver = {
    .mailstream_read = wire_read,
    .mailstream_write = wire_write,
    .mailstream_close = wire_close,
    .mailstream_get_fd = wire_descriptor,
    .mailstream_free = wire_free,
};

// ---- TCP -------------------------------------------------------------------------------------------------------

/// A connected descriptor that does not block, or -1 and errno.
static int connect_to(const struct addrinfo *address, int64_t deadline) {
    int kind = address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, on = 1, failure = 0;
    int descriptor = socket(address->ai_family, kind, address->ai_protocol);
    if (descriptor < 0) return -1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // An IDLE is silent for minutes; routers forget who says nothing.
    setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (connect(descriptor, address->ai_addr, address->ai_addrlen) == 0) return descriptor;
    // An interrupted connect goes on by itself.
    if ((errno == EINPROGRESS || errno == EINTR) && is_ready(descriptor, POLLOUT, deadline)) {
        socklen_t size = sizeof failure;
        if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size) == 0 && failure == 0) return descriptor;
        if (failure) errno = failure;
    }
    failure = errno;
    close(descriptor);
    errno = failure;
    return -1;
}

int ld_stream_open(const char *host, uint16_t port, int timeout_s, mailstream_low **low, char *error) {
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo *addresses = NULL, wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    int unknown = getaddrinfo(host, service, &wanted, &addresses);
    if (unknown) {
        LD_SAY(error, "connect: the connection failed: %s", gai_strerror(unknown));
        return LD_MAIL_CONNECTION;
    }
    int left = 0, descriptor = -1;
    for (struct addrinfo *address = addresses; address; address = address->ai_next) left++;
    int64_t end = now_ms() + (int64_t)timeout_s * 1000;
    for (struct addrinfo *address = addresses; address && descriptor < 0; address = address->ai_next) {
        // An address that does not answer leaves its share of the time to the others.
        int64_t now = now_ms();
        descriptor = connect_to(address, now + (end - now) / left--);
    }
    if (descriptor < 0) LD_SAY(error, "connect: the connection failed: %m");
    freeaddrinfo(addresses);
    if (descriptor < 0) return LD_MAIL_CONNECTION;
    struct wire *wire = calloc(1, sizeof *wire);
    *low = wire ? mailstream_low_new(wire, &driver) : NULL;
    if (!*low) {
        free(wire);
        close(descriptor);
        LD_SAY(error, "connect: out of memory");
        return LD_MAIL_CONNECTION;
    }
    wire->descriptor = descriptor;
    mailstream_low_set_timeout(*low, timeout_s);
    return LD_MAIL_OK;
}

// ---- TLS -------------------------------------------------------------------------------------------------------

// OpenSSL's own socket BIO writes with write(), whose SIGPIPE would end a process that does not ignore it.

static int bio_write(BIO *bio, const char *bytes, int count) {
    ssize_t sent = send(((struct wire *)BIO_get_data(bio))->descriptor, bytes, (size_t)count, MSG_NOSIGNAL);
    BIO_clear_retry_flags(bio);
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_write(bio);
    return (int)sent;
}

static int bio_read(BIO *bio, char *into, int size) {
    ssize_t heard = recv(((struct wire *)BIO_get_data(bio))->descriptor, into, (size_t)size, 0);
    BIO_clear_retry_flags(bio);
    if (heard < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_read(bio);
    return (int)heard;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    // There is nothing to flush; all else OpenSSL can do without.
    return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *socket_method;

static void make_method(void) {
    socket_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "mail socket");
    if (!socket_method) return;
    BIO_meth_set_write(socket_method, bio_write);
    BIO_meth_set_read(socket_method, bio_read);
    BIO_meth_set_ctrl(socket_method, bio_control);
}

static BIO *socket_bio(struct wire *wire) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_method);
    BIO *bio = socket_method ? BIO_new(socket_method) : NULL;
    if (!bio) return NULL;
    BIO_set_data(bio, wire);
    BIO_set_init(bio, 1);
    return bio;
}

/// Who must be at the other end: an address, or a name, which is also told to the server (SNI).
static bool demand(SSL *tls, const char *host) {
    X509_VERIFY_PARAM *wanted = SSL_get0_param(tls);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host)) return true;
    return SSL_set1_host(tls, host) && SSL_set_tlsext_host_name(tls, host);
}

/// A client that trusts the authorities of `ca_file`, or the system's, and nobody else. NULL if they cannot be read.
static SSL_CTX *client(const char *ca_file) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context) return NULL;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    // libetpan may come with the rest of a write that was cut from another place in memory.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    int trusts = ca_file ? SSL_CTX_load_verify_locations(context, ca_file, NULL)
                         : SSL_CTX_set_default_verify_paths(context);
    if (trusts && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION)) return context;
    SSL_CTX_free(context);
    return NULL;
}

/// Whether the handshake just failed because the server knows older versions only: by its answer, or by its alert.
static bool is_outdated(void) {
    unsigned long failure = ERR_peek_error();
    if (ERR_GET_LIB(failure) != ERR_LIB_SSL) return false;
    switch (ERR_GET_REASON(failure)) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: return true;
    default: return false;
    }
}

int ld_stream_secure(mailstream_low *low, const char *host, const char *ca_file, const char *what, char *error) {
    struct wire *wire = low->data;
    int64_t deadline = deadline_of(low);
    // Until it is proved, and for good if it is not, nothing is said.
    wire->is_broken = true;
    SSL_CTX *context = client(ca_file);
    if (!context) {
        ERR_clear_error();
        const char *from = ca_file ? " from " : "";
        LD_SAY(error, "the authorities' certificates cannot be read%s%s", from, ca_file ? ca_file : "");
        return LD_MAIL_CERTIFICATE;
    }
    wire->tls = SSL_new(context);
    SSL_CTX_free(context);
    BIO *bio = wire->tls ? socket_bio(wire) : NULL;
    if (bio) SSL_set_bio(wire->tls, bio, bio);
    if (!bio || !demand(wire->tls, host)) {
        ERR_clear_error();
        LD_SAY(error, "%s: out of memory", what);
        return LD_MAIL_CONNECTION;
    }
    int done;
    do {
        ERR_clear_error();
        errno = 0;
        done = SSL_connect(wire->tls);
    } while (done <= 0 && may_retry_tls(wire, done, deadline));
    bool is_late = errno == ETIMEDOUT;
    long verdict = SSL_get_verify_result(wire->tls);
    if (done == 1 && verdict == X509_V_OK) {
        wire->is_broken = false;
        return LD_MAIL_OK;
    }
    bool is_old = !is_late && verdict == X509_V_OK && is_outdated();
    const char *reason = is_late ? "no answer in time" : ERR_reason_error_string(ERR_peek_error());
    if (verdict != X509_V_OK) {
        LD_SAY(error, "the certificate does not prove %s: %s", host, X509_verify_cert_error_string(verdict));
    } else if (is_old) {
        LD_SAY(error, "%s: %s", what, LD_MAIL_OUTDATED_SENTENCE);
    } else {
        LD_SAY(error, "%s: TLS could not be agreed on%s%s", what, reason ? ": " : "", reason ? reason : "");
    }
    ERR_clear_error();
    if (is_old) return LD_MAIL_OUTDATED;
    return verdict != X509_V_OK ? LD_MAIL_CERTIFICATE : LD_MAIL_CONNECTION;
}

bool ld_stream_has_pending(mailstream_low *low) {
    struct wire *wire = low->data;
    return wire->tls && SSL_pending(wire->tls) > 0;
}

void ld_stream_free(mailstream_low *low) {
    mailstream_low_close(low);
    mailstream_low_free(low);
}
