// SPDX-License-Identifier: Apache-2.0
// libetpan does not judge certificates; this does, before anything secret is sent.
#include "internal.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

bool ld_certificate_proves(
    const uint8_t *const *der, const size_t *lengths, size_t count, const char *host, const char *ca_file, char *error) {
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *between = sk_X509_new_null();
    X509 *server = NULL;
    bool proves = false;
    if (!store || !context || !between) goto done;
    if (ca_file ? !X509_STORE_load_locations(store, ca_file, NULL) : !X509_STORE_set_default_paths(store)) {
        LD_SAY(error, "the authorities' certificates cannot be read%s%s", ca_file ? " from " : "", ca_file ? ca_file : "");
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        const unsigned char *bytes = der[i];
        X509 *certificate = d2i_X509(NULL, &bytes, (long)lengths[i]);
        if (!certificate) continue;
        if (!server) server = certificate;
        else if (!sk_X509_push(between, certificate)) X509_free(certificate);
    }
    if (!server) {
        LD_SAY(error, "the server showed no certificate");
        goto done;
    }
    if (!X509_STORE_CTX_init(context, store, server, between)) goto done;
    X509_VERIFY_PARAM *wanted = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (!X509_VERIFY_PARAM_set1_ip_asc(wanted, host) && !X509_VERIFY_PARAM_set1_host(wanted, host, 0)) goto done;
    proves = X509_verify_cert(context) == 1;
    if (!proves) {
        LD_SAY(error, "the certificate does not prove %s: %s", host,
               X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
    }
done:
    X509_free(server);
    sk_X509_pop_free(between, X509_free);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return proves;
}
