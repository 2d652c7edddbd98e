// SPDX-License-Identifier: Apache-2.0
#include "COpenSSL.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// ---- algorithms: fetched once, because a fetch costs more than hashing a short message -------------------------

typedef struct { const char *name; EVP_MD *md; } digest_entry;
typedef struct { const char *name; EVP_CIPHER *cipher; } cipher_entry;

static digest_entry digests[] = {
    {"md5", NULL}, {"sha1", NULL}, {"sha224", NULL}, {"sha256", NULL}, {"sha384", NULL}, {"sha512", NULL}, {"sm3", NULL},
};
static cipher_entry ciphers[] = {
    {"aes-128-cbc", NULL}, {"aes-192-cbc", NULL}, {"aes-256-cbc", NULL}, {"aes-128-ctr", NULL}, {"aes-192-ctr", NULL},
    {"aes-256-ctr", NULL}, {"aes-128-ecb", NULL}, {"aes-192-ecb", NULL}, {"aes-256-ecb", NULL}, {"aes-128-gcm", NULL},
    {"aes-192-gcm", NULL}, {"aes-256-gcm", NULL}, {"sm4-cbc", NULL},     {"sm4-ctr", NULL},     {"sm4-ecb", NULL},
    {"sm4-gcm", NULL},
};
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch_all(void) {
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) digests[i].md = EVP_MD_fetch(NULL, digests[i].name, NULL);
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
        ciphers[i].cipher = EVP_CIPHER_fetch(NULL, ciphers[i].name, NULL);
    ERR_clear_error();  // a library without SM4-GCM has left its complaint here
}

static EVP_MD *find_digest(const char *name) {
    pthread_once(&fetched, fetch_all);
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
        if (strcmp(digests[i].name, name) == 0) return digests[i].md;
    return NULL;
}

static EVP_CIPHER *find_cipher(const char *name) {
    pthread_once(&fetched, fetch_all);
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
        if (strcmp(ciphers[i].name, name) == 0) return ciphers[i].cipher;
    return NULL;
}

static const uint8_t nothing[1] = {0};
static const uint8_t *bytes_or_empty(const uint8_t *bytes) { return bytes ? bytes : nothing; }

// ---- digests -------------------------------------------------------------------------------------------------

int cossl_digest(const char *name, const uint8_t *data, size_t count, uint8_t *out) {
    EVP_MD *md = find_digest(name);
    if (!md) return COSSL_UNKNOWN;
    unsigned int length = 0;
    int ok = EVP_Digest(bytes_or_empty(data), count, out, &length, md, NULL);
    ERR_clear_error();
    return ok == 1 ? (int)length : COSSL_FAILED;
}

int cossl_hmac(const char *name, const uint8_t *key, size_t key_count, const uint8_t *data, size_t count, uint8_t *out) {
    EVP_MD *md = find_digest(name);
    if (!md) return COSSL_UNKNOWN;
    if (key_count > INT_MAX) return COSSL_KEY;
    unsigned int length = 0;
    uint8_t *made = HMAC(md, bytes_or_empty(key), (int)key_count, bytes_or_empty(data), count, out, &length);
    ERR_clear_error();
    return made ? (int)length : COSSL_FAILED;
}

// ---- ciphers -------------------------------------------------------------------------------------------------

long cossl_cipher(const char *name, int encrypt, int padding, const uint8_t *key, size_t key_count, const uint8_t *iv,
                  size_t iv_count, const uint8_t *aad, size_t aad_count, const uint8_t *data, size_t count, uint8_t *tag,
                  size_t tag_count, uint8_t *out) {
    EVP_CIPHER *cipher = find_cipher(name);
    if (!cipher) return COSSL_UNKNOWN;
    if (count > INT_MAX - 64 || aad_count > INT_MAX) return COSSL_LENGTH;
    int mode = EVP_CIPHER_get_mode(cipher);
    int block = EVP_CIPHER_get_block_size(cipher);
    if (key_count != (size_t)EVP_CIPHER_get_key_length(cipher)) return COSSL_KEY;
    if (mode == EVP_CIPH_GCM_MODE) {
        if (iv_count < 1 || iv_count > 128 || tag_count < 12 || tag_count > 16) return COSSL_KEY;
    } else if (iv_count != (size_t)EVP_CIPHER_get_iv_length(cipher)) {
        return COSSL_KEY;
    }
    int blocks = mode == EVP_CIPH_CBC_MODE || mode == EVP_CIPH_ECB_MODE;
    if (blocks && !(encrypt && padding) && (count % (size_t)block != 0 || (!encrypt && count == 0))) return COSSL_LENGTH;

    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (!ctx) return COSSL_FAILED;
    long result = COSSL_FAILED;
    int written = 0, last = 0;
    if (EVP_CipherInit_ex2(ctx, cipher, NULL, NULL, encrypt, NULL) != 1) goto done;
    if (mode == EVP_CIPH_GCM_MODE && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)iv_count, NULL) != 1) goto done;
    if (EVP_CipherInit_ex2(ctx, NULL, key, iv_count ? iv : NULL, encrypt, NULL) != 1) goto done;
    EVP_CIPHER_CTX_set_padding(ctx, blocks && padding);
    if (mode == EVP_CIPH_GCM_MODE) {
        if (!encrypt && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, (int)tag_count, tag) != 1) goto done;
        if (aad_count && EVP_CipherUpdate(ctx, NULL, &written, aad, (int)aad_count) != 1) goto done;
        written = 0;
    }
    if (count && EVP_CipherUpdate(ctx, out, &written, data, (int)count) != 1) goto done;
    if (EVP_CipherFinal_ex(ctx, out + written, &last) != 1) {
        result = mode == EVP_CIPH_GCM_MODE ? COSSL_TAG : COSSL_PADDING;
        OPENSSL_cleanse(out, count);
        goto done;
    }
    if (mode == EVP_CIPH_GCM_MODE && encrypt && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, (int)tag_count, tag) != 1)
        goto done;
    result = (long)written + last;
done:
    EVP_CIPHER_CTX_free(ctx);
    ERR_clear_error();
    return result;
}

// ---- one key, many values --------------------------------------------------------------------------------------

/// Contexts that hold the key already; one is in use by one thread at a time.
struct cossl_gcm {
    pthread_mutex_t lock;
    EVP_CIPHER_CTX *first;  ///< only copied from
    EVP_CIPHER_CTX *idle[16];
    int count;
};

cossl_gcm *cossl_gcm_new(const uint8_t key[32]) {
    EVP_CIPHER *cipher = find_cipher("aes-256-gcm");
    cossl_gcm *gcm = cipher ? calloc(1, sizeof *gcm) : NULL;
    if (!gcm) return NULL;
    pthread_mutex_init(&gcm->lock, NULL);
    gcm->first = EVP_CIPHER_CTX_new();
    // The nonce's length is 12 if nothing else is said.
    if (!gcm->first || EVP_CipherInit_ex2(gcm->first, cipher, key, NULL, 1, NULL) != 1) {
        cossl_gcm_free(gcm);
        return NULL;
    }
    return gcm;
}

void cossl_gcm_free(cossl_gcm *gcm) {
    while (gcm->count) EVP_CIPHER_CTX_free(gcm->idle[--gcm->count]);
    EVP_CIPHER_CTX_free(gcm->first);
    pthread_mutex_destroy(&gcm->lock);
    free(gcm);
}

static EVP_CIPHER_CTX *gcm_take(cossl_gcm *gcm) {
    EVP_CIPHER_CTX *ctx = NULL;
    pthread_mutex_lock(&gcm->lock);
    if (gcm->count) {
        ctx = gcm->idle[--gcm->count];
    } else if ((ctx = EVP_CIPHER_CTX_new()) && EVP_CIPHER_CTX_copy(ctx, gcm->first) != 1) {
        EVP_CIPHER_CTX_free(ctx);
        ctx = NULL;
    }
    pthread_mutex_unlock(&gcm->lock);
    return ctx;
}

static void gcm_put(cossl_gcm *gcm, EVP_CIPHER_CTX *ctx) {
    pthread_mutex_lock(&gcm->lock);
    int kept = gcm->count < (int)(sizeof gcm->idle / sizeof *gcm->idle);
    if (kept) gcm->idle[gcm->count++] = ctx;
    pthread_mutex_unlock(&gcm->lock);
    if (!kept) EVP_CIPHER_CTX_free(ctx);
}

/// `count` without the tag.
static int gcm_run(cossl_gcm *gcm, int encrypt, const uint8_t nonce[12], const uint8_t *aad, size_t aad_count,
                   const uint8_t *data, size_t count, uint8_t *tag, uint8_t *out) {
    if (count > INT_MAX - 64 || aad_count > INT_MAX) return COSSL_LENGTH;
    EVP_CIPHER_CTX *ctx = gcm_take(gcm);
    if (!ctx) return COSSL_FAILED;
    int result = COSSL_FAILED, written = 0, last = 0;
    // The key stays; only the nonce is new.
    if (EVP_CipherInit_ex2(ctx, NULL, NULL, nonce, encrypt, NULL) != 1) goto done;
    if (!encrypt && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, tag) != 1) goto done;
    if (aad_count && EVP_CipherUpdate(ctx, NULL, &written, aad, (int)aad_count) != 1) goto done;
    written = 0;
    if (count && EVP_CipherUpdate(ctx, out, &written, data, (int)count) != 1) goto done;
    if (EVP_CipherFinal_ex(ctx, out + written, &last) != 1) {
        result = COSSL_TAG;
        OPENSSL_cleanse(out, count);
        goto done;
    }
    if (encrypt && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag) != 1) goto done;
    result = 0;
done:
    gcm_put(gcm, ctx);
    if (result) ERR_clear_error();
    return result;
}

int cossl_gcm_seal(cossl_gcm *gcm, const uint8_t nonce[12], const uint8_t *aad, size_t aad_count, const uint8_t *data,
                   size_t count, uint8_t *out) {
    return gcm_run(gcm, 1, nonce, aad, aad_count, data, count, out + count, out);
}

int cossl_gcm_open(cossl_gcm *gcm, const uint8_t nonce[12], const uint8_t *aad, size_t aad_count, const uint8_t *sealed,
                   size_t count, uint8_t *out) {
    if (count < 16) return COSSL_LENGTH;
    uint8_t tag[16];
    memcpy(tag, sealed + count - 16, sizeof tag);
    return gcm_run(gcm, 0, nonce, aad, aad_count, sealed, count - 16, tag, out);
}

// ---- keys ----------------------------------------------------------------------------------------------------

/// PEM passphrases are never asked for on a terminal.
static int no_passphrase(char *buffer, int size, int writing, void *context) {
    (void)buffer, (void)size, (void)writing, (void)context;
    return 0;
}

static int looks_like_pem(const uint8_t *key, size_t count) {
    return count > 11 && memcmp(key, "-----BEGIN ", 11) == 0;
}

static EVP_PKEY *read_private(const uint8_t *key, size_t count) {
    if (!key || count == 0 || count > 65536) return NULL;
    EVP_PKEY *pkey = NULL;
    if (looks_like_pem(key, count)) {
        BIO *bio = BIO_new_mem_buf(key, (int)count);
        if (bio) pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
        BIO_free(bio);
    } else {
        const unsigned char *at = key;
        pkey = d2i_AutoPrivateKey(NULL, &at, (long)count);
    }
    return pkey;
}

static EVP_PKEY *key_of(X509 *certificate) {
    EVP_PKEY *pkey = certificate ? X509_get_pubkey(certificate) : NULL;
    X509_free(certificate);
    return pkey;
}

static EVP_PKEY *read_public(const uint8_t *key, size_t count) {
    if (!key || count == 0 || count > 65536) return NULL;
    EVP_PKEY *pkey = NULL;
    if (looks_like_pem(key, count)) {
        BIO *bio = BIO_new_mem_buf(key, (int)count);
        if (!bio) return NULL;
        if (count > 27 && memcmp(key, "-----BEGIN CERTIFICATE-----", 27) == 0) {
            pkey = key_of(PEM_read_bio_X509(bio, NULL, no_passphrase, NULL));
        } else {
            pkey = PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
        }
        BIO_free(bio);
    } else {
        const unsigned char *at = key;
        pkey = d2i_PUBKEY(NULL, &at, (long)count);
        if (!pkey) {
            at = key;
            pkey = key_of(d2i_X509(NULL, &at, (long)count));
        }
    }
    return pkey;
}

// ---- signatures ----------------------------------------------------------------------------------------------

typedef struct { const char *name; const char *key; const char *digest; int pss; } scheme;

static const scheme schemes[] = {
    {"rsa-sha1", "RSA", "sha1", 0},         {"rsa-sha256", "RSA", "sha256", 0},    {"rsa-sha512", "RSA", "sha512", 0},
    {"rsa-pss-sha256", "RSA", "sha256", 1}, {"ecdsa-sha256", "EC", "sha256", 0},   {"ecdsa-sha384", "EC", "sha384", 0},
    {"sm2-sm3", "SM2", "sm3", 0},           {"ed25519", "ED25519", NULL, 0},
};

static const scheme *find_scheme(const char *name) {
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strcmp(schemes[i].name, name) == 0) return &schemes[i];
    return NULL;
}

static EVP_MD_CTX *begin(const scheme *scheme, EVP_PKEY *pkey, int signing) {
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pctx = NULL;
    if (!ctx) return NULL;
    if (strcmp(scheme->key, "SM2") == 0) {
        // SM2 hashes the signer's id with the message; it has to be set before the digest begins.
        pctx = EVP_PKEY_CTX_new(pkey, NULL);
        if (!pctx || EVP_PKEY_CTX_set1_id(pctx, "1234567812345678", 16) != 1) goto failed;
        EVP_MD_CTX_set_pkey_ctx(ctx, pctx);
    }
    EVP_MD *md = scheme->digest ? find_digest(scheme->digest) : NULL;
    EVP_PKEY_CTX *inner = NULL;
    int ok = signing ? EVP_DigestSignInit(ctx, &inner, md, NULL, pkey) : EVP_DigestVerifyInit(ctx, &inner, md, NULL, pkey);
    if (ok != 1) goto failed;
    if (scheme->pss && (EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PSS_PADDING) != 1 ||
                        EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, 32) != 1))
        goto failed;
    return ctx;
failed:
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_CTX_free(pctx);
    return NULL;
}

static void end(const scheme *scheme, EVP_MD_CTX *ctx) {
    EVP_PKEY_CTX *pctx = ctx && strcmp(scheme->key, "SM2") == 0 ? EVP_MD_CTX_get_pkey_ctx(ctx) : NULL;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_CTX_free(pctx);
}

static int is_elliptic(const scheme *scheme) { return strcmp(scheme->key, "EC") == 0 || strcmp(scheme->key, "SM2") == 0; }

static int half_of(EVP_PKEY *pkey) { return (EVP_PKEY_get_bits(pkey) + 7) / 8; }

static int key_fits(const scheme *scheme, EVP_PKEY *pkey) { return pkey && EVP_PKEY_is_a(pkey, scheme->key) == 1; }

long cossl_sign(const char *name, const uint8_t *key, size_t key_count, int raw, const uint8_t *data, size_t count,
                uint8_t *out, size_t capacity) {
    const scheme *scheme = find_scheme(name);
    if (!scheme) return COSSL_UNKNOWN;
    EVP_PKEY *pkey = read_private(key, key_count);
    if (!key_fits(scheme, pkey)) {
        EVP_PKEY_free(pkey);
        ERR_clear_error();
        return COSSL_KEY;
    }
    long result = COSSL_FAILED;
    size_t length = capacity;
    EVP_MD_CTX *ctx = begin(scheme, pkey, 1);
    if (ctx && EVP_DigestSign(ctx, out, &length, bytes_or_empty(data), count) == 1) result = (long)length;
    end(scheme, ctx);
    if (result > 0 && raw && is_elliptic(scheme)) {
        const unsigned char *at = out;
        int half = half_of(pkey);
        ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &at, result);
        result = COSSL_FAILED;
        if (parts && (size_t)half * 2 <= capacity && BN_bn2binpad(ECDSA_SIG_get0_r(parts), out, half) == half &&
            BN_bn2binpad(ECDSA_SIG_get0_s(parts), out + half, half) == half)
            result = half * 2;
        ECDSA_SIG_free(parts);
    }
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return result;
}

int cossl_verify(const char *name, const uint8_t *key, size_t key_count, int raw, const uint8_t *data, size_t count,
                 const uint8_t *signature, size_t signature_count) {
    const scheme *scheme = find_scheme(name);
    if (!scheme) return COSSL_UNKNOWN;
    EVP_PKEY *pkey = read_public(key, key_count);
    if (!key_fits(scheme, pkey)) {
        EVP_PKEY_free(pkey);
        ERR_clear_error();
        return COSSL_KEY;
    }
    int result = 0;
    unsigned char *der = NULL;
    if (raw && is_elliptic(scheme)) {
        size_t half = (size_t)half_of(pkey);
        ECDSA_SIG *parts = signature_count == half * 2 ? ECDSA_SIG_new() : NULL;
        if (parts) {
            BIGNUM *r = BN_bin2bn(signature, (int)half, NULL), *s = BN_bin2bn(signature + half, (int)half, NULL);
            if (r && s && ECDSA_SIG_set0(parts, r, s) == 1) {
                int length = i2d_ECDSA_SIG(parts, &der);
                signature_count = length > 0 ? (size_t)length : 0;
            } else {
                BN_free(r);
                BN_free(s);
            }
            ECDSA_SIG_free(parts);
        }
        signature = der;
    }
    if (signature && signature_count) {
        EVP_MD_CTX *ctx = begin(scheme, pkey, 0);
        result = ctx && EVP_DigestVerify(ctx, signature, signature_count, bytes_or_empty(data), count) == 1;
        end(scheme, ctx);
    }
    OPENSSL_free(der);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return result;
}

// ---- the rest ------------------------------------------------------------------------------------------------

int cossl_equal(const uint8_t *a, const uint8_t *b, size_t count) { return count == 0 || CRYPTO_memcmp(a, b, count) == 0; }

int cossl_random(uint8_t *out, size_t count) {
    if (count > INT_MAX) return COSSL_FAILED;
    int ok = RAND_bytes(out, (int)count);
    ERR_clear_error();
    return ok == 1 ? 0 : COSSL_FAILED;
}
