// SPDX-License-Identifier: Apache-2.0
import Testing

/// Key pairs made for these tests and used nowhere else.
struct Keys: Sendable, CustomTestStringConvertible {
    let scheme: String
    let secret: String
    let open: String
    var testDescription: String { scheme }

    static let all =
        ["rsa-sha1", "rsa-sha256", "rsa-sha512", "rsa-pss-sha256"].map { Keys(scheme: $0, secret: rsa, open: rsaOpen) } + [
            Keys(scheme: "ecdsa-sha256", secret: elliptic, open: ellipticOpen),
            Keys(scheme: "sm2-sm3", secret: sm2, open: sm2Open),
            Keys(scheme: "ed25519", secret: edwards, open: edwardsOpen),
        ]

    private static let rsa = """
        -----BEGIN PRIVATE KEY-----
        MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQC75x4J/ie/D5Zo
        3U9o+QulbnotQGcy/3I5IjfLiC/NTaTi58/wpadE+CGDBjTVEz68lc7N2wuIbWoD
        /FXiN+XD4aw8hZDNe8jURSbwHikX7oOBY21em8XKEDMlhlb6ITjej935xBprjcqS
        MUI/9jTw4uof9nnUXlEFPkQN09g/CNf6S92Oxtzlu9IuCtfBQ0J490FoMowp3gtR
        rDD9JLEPbxgkkxpjJ/RU8HwnpTS/xLxli+B/LtWkoQ9dZcnnohD2UpEoAQrwq02e
        i7R+7tKZ9uUgELSEuGmP39LPmhLYMn0Pl4lUnb5JC3b/tN8gSVKp7sHz0YBjzOhS
        /gWV5Q/RAgMBAAECggEADPNoAZ5P1P5ZCo8+WujXYaaUqyvGMSCkGcX+/Hs9eDQC
        ylTZ4yc3uSw0+xfhalIyP8M/hrazO8r2xKGOtdHOd0rFmUJHcbI3bFH71g7uHCUn
        UTKuJhgscLnfHJX+xqylg8l8ritS+tjB/oOAonHwwi2Rn3RYf0ek4+yfuihAvk9a
        Xrg+fdseiSCeNBk8bFne12gEhaQhGzIM13j2yg9o/LRUbnl0+AK87btVei8i2SBG
        u9/+nRLkr78qRyJRfe9Y7jDMmbk/B5wyuDBArrK9wa3BBrrIBACilDNEkrIDY0Yo
        L9G/jklLH46iaP0g9tZSeJCBpT+Jjr34BOMxQMEbhQKBgQDwiVFp1/yrp9iwfD7W
        jHPLqB0fQUvB8DvqVymj47ezXlM/64j38h7Vzge3XHngomogcKSbUhytrUoiQy1u
        AX9sFXfyGftarJThDPFz0I2Nd8ZmMJ1lxaVNGDSxc1qBzkXvIYxWhg8n4+MktmxB
        lTgDchw60ShdxnpLa6uhdP56owKBgQDH+5HuhcnF/8NRfMfzg69gEtRbTKqsHMbo
        nTv56d1C1B2mh7XkBB+Q3r2DlpjSio8nmEFpgC8haYwy9ylN/9FvzNz08bGKW9JI
        RmWNa+7f43pqnk2TnlYf4JUKPTbG+hS18Y+uzzBe60OG9V/az4O35x5nTE5o7p8G
        KCVTo6EG+wKBgDVOeVh3oWt5WzBhmJt7rP3pV+rhUaS9VMnuXzAO+1spAFIeJNCu
        O98uNc+REwGRfOuLiy9Q10I2MUO+l4bVliOh7l8dGvNRY/0sHSaJhZVggfuLspYn
        Yybewm7BHcG+sQj56lwSgbFZc7FjLEKsiylYVKFEUSnXHqswRW0WvH75AoGAUnZZ
        5pEkcpDUaXWavb8/Qc6B4mPqvK3hF2o+oP7eTgBJebHcPvm0SniOjQQ8YBTikuEl
        l+tTg+OR/DIOxisGoaNIOXiwTO0v+L2OgpJPHeMfR3efZY+U0/A3hNFZFRNqFtxU
        8zBcMcexQKVNsVyAZATZdJ7ydjJvQIqtWZ/PdqECgYB0EESFBWhJbEZvYVCUmz7/
        wqzvYDz8ob0LIB0hGAxB8ICYatBOiSfhy9sy1ySKNEJQrpUvu2d43O2sQ4W77IMl
        1LFPYF0qKhwvkHl2BPOy1nWd9LM6+MsBC3w4WBhb8L42FFwMcgJLrdqtJnV4irjj
        D5ZYpYPZiMDvF4FP8P3CmA==
        -----END PRIVATE KEY-----
        """
    private static let rsaOpen = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu+ceCf4nvw+WaN1PaPkL
        pW56LUBnMv9yOSI3y4gvzU2k4ufP8KWnRPghgwY01RM+vJXOzdsLiG1qA/xV4jfl
        w+GsPIWQzXvI1EUm8B4pF+6DgWNtXpvFyhAzJYZW+iE43o/d+cQaa43KkjFCP/Y0
        8OLqH/Z51F5RBT5EDdPYPwjX+kvdjsbc5bvSLgrXwUNCePdBaDKMKd4LUaww/SSx
        D28YJJMaYyf0VPB8J6U0v8S8ZYvgfy7VpKEPXWXJ56IQ9lKRKAEK8KtNnou0fu7S
        mfblIBC0hLhpj9/Sz5oS2DJ9D5eJVJ2+SQt2/7TfIElSqe7B89GAY8zoUv4FleUP
        0QIDAQAB
        -----END PUBLIC KEY-----
        """
    private static let elliptic = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgp3SebwWpo1nxzUbk
        EoHj5BzHeWzQJA0fPZrG1sFoK9KhRANCAASwRatB4S4OYQu0Imv6sYvvSvf1vosD
        AKc+ToyoJMlbWHhcNL8r/ZCBhbKjgj9hzjFQ3TXjRGDnnAOyeu6cBX6t
        -----END PRIVATE KEY-----
        """
    private static let ellipticOpen = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsEWrQeEuDmELtCJr+rGL70r39b6L
        AwCnPk6MqCTJW1h4XDS/K/2QgYWyo4I/Yc4xUN0140Rg55wDsnrunAV+rQ==
        -----END PUBLIC KEY-----
        """
    private static let sm2 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgtUmmU8CmK85n53GE
        3oU6Lt+nL6/cPs0GGDQ4mlxlGpyhRANCAASL6Gc/qZYd+yx9ruJxEBWTAuU2L+ZR
        GMXhNKrglWppRI43ezz7x7oEyrdY2bXUmm48B0e8K0GkYnKCTXg3yz7v
        -----END PRIVATE KEY-----
        """
    private static let sm2Open = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEi+hnP6mWHfssfa7icRAVkwLlNi/m
        URjF4TSq4JVqaUSON3s8+8e6BMq3WNm11JpuPAdHvCtBpGJygk14N8s+7w==
        -----END PUBLIC KEY-----
        """
    private static let edwards = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIC41sIDtMQCtWVWrSa+6iIysP2WaK7hSwrcq7k0KCzXh
        -----END PRIVATE KEY-----
        """
    private static let edwardsOpen = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAaaCgJyq3jVhBOWKW26fIhHPexVUbfR93/zNl+3NxkMI=
        -----END PUBLIC KEY-----
        """
}
