// SPDX-License-Identifier: Apache-2.0
//
// Whole operations over the system's libcrypto, chosen by the algorithm's name. No OpenSSL type leaves this shim.
#ifndef COPENSSL_H
#define COPENSSL_H

#include <stddef.h>
#include <stdint.h>

/// What an operation answers when it fails; success is never negative.
enum {
    COSSL_UNKNOWN = -1,  ///< no such algorithm
    COSSL_KEY = -2,      ///< the key or the initialisation vector has the wrong length or form
    COSSL_LENGTH = -3,   ///< the data's length does not fit the cipher
    COSSL_TAG = -4,      ///< authentication failed: wrong key, tag or data
    COSSL_PADDING = -5,  ///< the padding is wrong
    COSSL_FAILED = -6    ///< libcrypto refused for another reason
};

/// Longest digest in bytes.
#define COSSL_DIGEST_MAX 64

/// One-shot digest: md5 sha1 sha224 sha256 sha384 sha512 sm3. Returns the digest's length.
int cossl_digest(const char *name, const uint8_t *data, size_t count, uint8_t *out);

/// One-shot HMAC over the same digests. Returns its length.
int cossl_hmac(const char *name, const uint8_t *key, size_t key_count, const uint8_t *data, size_t count, uint8_t *out);

/// Encrypts (`encrypt` 1) or decrypts (0): aes-128/192/256-cbc, -ctr, -ecb, -gcm, sm4-cbc, -ctr, -ecb, -gcm.
///
/// `padding` asks for PKCS#7 with the cipher's block in cbc and ecb. `tag` is written when encrypting with gcm and read when
/// decrypting. `out` has room for `count` + 32 bytes. Returns the number of bytes written.
long cossl_cipher(const char *name, int encrypt, int padding, const uint8_t *key, size_t key_count, const uint8_t *iv,
                  size_t iv_count, const uint8_t *aad, size_t aad_count, const uint8_t *data, size_t count, uint8_t *tag,
                  size_t tag_count, uint8_t *out);

/// AES-256-GCM under one key, for many values: what a key costs to set up is paid once. Any thread may use it.
typedef struct cossl_gcm cossl_gcm;

/// - Returns: NULL if libcrypto refuses. To be freed.
cossl_gcm *cossl_gcm_new(const uint8_t key[32]);
void cossl_gcm_free(cossl_gcm *gcm);

/// Writes `count` bytes and the tag's 16 to `out`. Returns 0. A nonce must never be used twice.
int cossl_gcm_seal(cossl_gcm *gcm, const uint8_t nonce[12], const uint8_t *aad, size_t aad_count, const uint8_t *data,
                   size_t count, uint8_t *out);

/// Reads `count` bytes, of which the last 16 are the tag, and writes `count` - 16 to `out`. Returns 0.
int cossl_gcm_open(cossl_gcm *gcm, const uint8_t nonce[12], const uint8_t *aad, size_t aad_count, const uint8_t *sealed,
                   size_t count, uint8_t *out);

/// Signs with a private key in PEM or DER: rsa-sha1, rsa-sha256, rsa-sha512, rsa-pss-sha256 (salt 32), ecdsa-sha256,
/// ecdsa-sha384, sm2-sm3 (user id 1234567812345678), ed25519. `raw` asks EC schemes for r followed by s instead of DER.
/// Returns the signature's length, at most `capacity`.
long cossl_sign(const char *scheme, const uint8_t *key, size_t key_count, int raw, const uint8_t *data, size_t count,
                uint8_t *out, size_t capacity);

/// Verifies with a public key or certificate in PEM or DER. Returns 1 if it fits, 0 if not.
int cossl_verify(const char *scheme, const uint8_t *key, size_t key_count, int raw, const uint8_t *data, size_t count,
                 const uint8_t *signature, size_t signature_count);

/// Whether both are equal, in a time that does not depend on where they differ.
int cossl_equal(const uint8_t *a, const uint8_t *b, size_t count);

/// Fills `out` with random bytes fit for keys. Returns 0.
int cossl_random(uint8_t *out, size_t count);

#endif
