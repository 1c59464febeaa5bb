// Third-party test vectors: public certificates that pinlab did not make, with the pins and fingerprints that
// OpenSSL's command line, python-cryptography or their owners computed. No private key of any of them exists
// any more.
#pragma once

#include <string_view>

namespace pinlab::vectors {

struct Vector {
    std::string_view pem;
    std::string_view pin;
    std::string_view sha256_hex;
};

/// python-cryptography 48: SANs of three kinds, two purposes, must-staple.
inline constexpr Vector p256{R"(-----BEGIN CERTIFICATE-----
MIIB6TCCAY6gAwIBAgIIEjRWeJCrze8wCgYIKoZIzj0EAwIwLDEUMBIGA1UECgwL
Q3LDqG1lLCBMdGQxFDASBgNVBAMMC3ZlY3Rvci50ZXN0MCAXDTIwMDIyOTIzNTk1
OFoYDzIwNTEwMTAyMDMwNDA1WjAsMRQwEgYDVQQKDAtDcsOobWUsIEx0ZDEUMBIG
A1UEAwwLdmVjdG9yLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQB5QQW
M/N5loxgJKB0Xkd3qPZ5hiR+19tWY+bG47ov1apo0GvCqr05u3cJYXc6t6f3S+M4
A32V9h+xxmNHQsW1o4GXMIGUMEIGA1UdEQQ7MDmCC3ZlY3Rvci50ZXN0gg0qLnZl
Y3Rvci50ZXN0hwTAAAIHhhVodHRwczovL3ZlY3Rvci50ZXN0L2EwHQYDVR0lBBYw
FAYIKwYBBQUHAwEGCCsGAQUFBwMCMA4GA1UdDwEB/wQEAwIFoDAMBgNVHRMBAf8E
AjAAMBEGCCsGAQUFBwEYBAUwAwIBBTAKBggqhkjOPQQDAgNJADBGAiEA1LpgfpBt
U+uNZ8KZPSHrXfzRnthurKYQK5lgB9rGbD8CIQCB/UWXjvfpAJH3aWchuRyGfB9m
0nwTaWzF6GGT0UBRmA==
-----END CERTIFICATE-----
)",
                             "sha256/j8gKMmPmu3Eds9/x2WGRJHRjDhlCW3ZsYaz+xasGGtE=",
                             "7e958e9de88eccd45be792c1f3ecc82a98de8658a3d002fc112df1fb5a690f78"};

/// python-cryptography 48, ecdsa-with-SHA384.
inline constexpr Vector p384{R"(-----BEGIN CERTIFICATE-----
MIIBmjCCASCgAwIBAgIBATAKBggqhkjOPQQDAzAqMRQwEgYDVQQKDAtDcsOobWUs
IEx0ZDESMBAGA1UEAwwJcDM4NC50ZXN0MCAXDTIwMDIyOTIzNTk1OFoYDzIwNTEw
MTAyMDMwNDA1WjAqMRQwEgYDVQQKDAtDcsOobWUsIEx0ZDESMBAGA1UEAwwJcDM4
NC50ZXN0MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEjQnJvT6XGlAOZ0EQdjUg+hQZ
3PEO+UYQbCpCgnsQ061+91LDH6qsWjj8raT6WxjHUk1uaE4dcSxVwlxiXZ6e2p8u
m2zgFsbwFFnqBhXPAPTuIT8NwYowHnYOS1zQawEIoxgwFjAUBgNVHREEDTALgglw
Mzg0LnRlc3QwCgYIKoZIzj0EAwMDaAAwZQIxAMcM6TrawySdw+XBHcw1hhbBMDa5
t1VZfYJE9zBH/x7J0JOBXPhESSQIdo/9IgC54QIwH+yNomreLair5Sbkh1otcWAO
YTTq9k3RsNKPjUrGKrXo9fcrXhDxun9isXqs1r6S
-----END CERTIFICATE-----
)",
                             "sha256/5GDrbs9HbgF6Zmj4xRXZpgY5fd08jhrxLhi+SI9Hmjs=",
                             "3095654ac97da6049f45183766791266e492e6f58106e121364d9666dfd67421"};

/// python-cryptography 48: no SAN.
inline constexpr Vector rsa2048{R"(-----BEGIN CERTIFICATE-----
MIICzjCCAbagAwIBAgICAP8wDQYJKoZIhvcNAQELBQAwKTEUMBIGA1UECgwLQ3LD
qG1lLCBMdGQxETAPBgNVBAMMCHJzYS50ZXN0MCAXDTIwMDIyOTIzNTk1OFoYDzIw
NTEwMTAyMDMwNDA1WjApMRQwEgYDVQQKDAtDcsOobWUsIEx0ZDERMA8GA1UEAwwI
cnNhLnRlc3QwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCj9eOk/gCQ
XxtJMcNTxlFm8GyfMuceLzqQr43gMcJd8jzh6LvvsRU/s9pS/zHG8JCvcj8mFaOp
r108nG5Y/Axv1a0Kph+nEwyqH3cN8vmE34TzAadPvZN/o5ikz5WRiZDip8Vem090
btln3+quzUmDA6cr1C5ZdU5Jg5QerZ122yA94018Xrub4xCEdQW52P5tR6hoqgZ/
EpP/bM2wCzx1Eh6n6wGWppxXyb4xhymzQjGrDPIVVaz4nHMhnu54CXnPnnY+METY
iAcQ98AZqBFBdFxMN+NBnmU21hP6xX8ZPLHRbvSJgtSuvUxzhfVFyfM12L5r5yRB
XERrMQhgazbPAgMBAAEwDQYJKoZIhvcNAQELBQADggEBAJkZAh06YxeyGazBfD85
Abj6cBiyXCHI97NkOW+dnco+lqDglvKRDBv+96wykqZAfx1kV1L+24sHRI4HuPg8
45U2Zkq7WDJwUsymNymgfBxUldPOKWdaj03beu08gI69vnwQlvhHPncgSshivxP6
qpO/PHr9MDYIoO7wo0qMTYz9gzIr1xGkZfwml8alKbPaDIYJnujiXy22PuwdL7YE
/eUsJeN6wIZL82GZC1PBAtrOs/qLj4WoJvaDglwiQR5LJTr5Tsroi7CvPueSvamy
6ckCiPYsvwhWEkTYt5s8sJ+rCJguXVnfHtIOOFZg4LB2GDYJlDvoPQGAhSQvvVIv
Nfc=
-----END CERTIFICATE-----
)",
                                "sha256/wZ+yHN61mf8hgliYCb/MhMXMsdoYnovUthxAzqNQL1E=",
                                "c87e2c37bf96f72d4b6801812c742c96087f9fd905551c9adcb157ce07fac429"};

/// python-cryptography 48.
inline constexpr Vector ed25519{R"(-----BEGIN CERTIFICATE-----
MIIBFzCByqADAgECAgIAgDAFBgMrZXAwKDEUMBIGA1UECgwLQ3LDqG1lLCBMdGQx
EDAOBgNVBAMMB2VkLnRlc3QwIBcNMjAwMjI5MjM1OTU4WhgPMjA1MTAxMDIwMzA0
MDVaMCgxFDASBgNVBAoMC0Nyw6htZSwgTHRkMRAwDgYDVQQDDAdlZC50ZXN0MCow
BQYDK2VwAyEA5GmEPDT5cNP3KZSL14yQtzd8oOLu8Yi7UiN+tTBsfNmjFjAUMBIG
A1UdEQQLMAmCB2VkLnRlc3QwBQYDK2VwA0EA0hlw0Mj0e6eOpY6Zk9zpafkUd+oI
C98buwJKieMtUYV1sap6DB6zFFYz5OI7ti0cg4PsQ3eaCES2pWLZaXioBw==
-----END CERTIFICATE-----
)",
                                "sha256/PQF68p6jfA2VT8hrdAx8QthagY+IHNvJHw8yJrzE8KA=",
                                "6c9570e15d4f001efc106b382ec263e566ffeaa2dc9699209a43bd181a5773de"};

/// OpenSSL 3.0 command line: the public key is a compressed point.
inline constexpr Vector compressed{R"(-----BEGIN CERTIFICATE-----
MIIBLDCB06ADAgECAgFCMAoGCCqGSM49BAMCMBMxETAPBgNVBAMMCGNsaS50ZXN0
MCAXDTI2MTEyNDEwNDUzMloYDzIxMjYxMDMxMTA0NTMyWjATMREwDwYDVQQDDAhj
bGkudGVzdDA5MBMGByqGSM49AgEGCCqGSM49AwEHAyIAA2pZaEQ0fte/vEdAqNbh
eHPGeW5ZglibDEXWuonEnB4MozYwNDATBgNVHREEDDAKgghjbGkudGVzdDAdBgNV
HQ4EFgQU+rKmduLoye3YhnNpoI9uwuNKghgwCgYIKoZIzj0EAwIDSAAwRQIhANfB
S3q09/Ndj7bghUiGj3ZqoW21vJkem3EEitMMCzMdAiBojM77lDBlZIbD25Uoquxq
RcswhPdOSGT/1QRxOjYkCg==
-----END CERTIFICATE-----
)",
                                   "sha256/ENqIwsnbGVjCGgyepjguAiEpuou1cTMCa1KVxjzK7cs=",
                                   "57db753d2a8979450d9e59070048732d9c7e0058a19b7c69e957c2bd00319950"};

/// OpenSSL 3.0 command line: the curve is spelt out instead of named.
inline constexpr Vector explicit_curve{R"(-----BEGIN CERTIFICATE-----
MIICQTCCAeegAwIBAgIBQjAKBggqhkjOPQQDAjATMREwDwYDVQQDDAhjbGkudGVz
dDAgFw0yNjExMjQxMDQ1MzJaGA8yMTI2MTAzMTEwNDUzMlowEzERMA8GA1UEAwwI
Y2xpLnRlc3QwggFLMIIBAwYHKoZIzj0CATCB9wIBATAsBgcqhkjOPQEBAiEA////
/wAAAAEAAAAAAAAAAAAAAAD///////////////8wWwQg/////wAAAAEAAAAAAAAA
AAAAAAD///////////////wEIFrGNdiqOpPns+u9VXaYhrxlHQawzFOw9jvOPD4n
0mBLAxUAxJ02CIbnBJNqZnjhE50mt4GffpAEQQRrF9Hy4SxCR/i85uVjpEDydwN9
gS3rM6D0oTlF2JjClk/jQuL+Gn+bjufrSnwPnhYrzjNXazFezsu2QGg3v1H1AiEA
/////wAAAAD//////////7zm+q2nF56E87nKwvxjJVECAQEDQgAEY4mBnCitmmdy
+mKzqB2sPPJKzP4CI7xS0SR+HrCLx6JTCA8yR0oecKTdhpiIQXECDR9RTMsyszje
H2x2y3Uy3aM2MDQwEwYDVR0RBAwwCoIIY2xpLnRlc3QwHQYDVR0OBBYEFD7zdX5Y
MTkaMD7MwJf+fj8c3dWnMAoGCCqGSM49BAMCA0gAMEUCIQDoN4aGSIF7ufTOk7wW
lke/8Yl/k7weL41y8p2/l95gWQIgeuLoY0S0Ql6ekTlWBqATBTpwbRfdDxOGThB1
hZWbjd4=
-----END CERTIFICATE-----
)",
                                       "sha256/CqcqONcDSGWhrQtwmkBVY52fl4LebUN+HviS4Q7bBZw=",
                                       "0daafd0d7aa5191057d97682e54127903ae1154ca4cb564470f78999e63426fd"};

/// ISRG Root X1 of Let's Encrypt, from the distribution; its pin and fingerprint as widely published.
inline constexpr Vector isrg_root_x1{R"(-----BEGIN CERTIFICATE-----
MIIFazCCA1OgAwIBAgIRAIIQz7DSQONZRGPgu2OCiwAwDQYJKoZIhvcNAQELBQAw
TzELMAkGA1UEBhMCVVMxKTAnBgNVBAoTIEludGVybmV0IFNlY3VyaXR5IFJlc2Vh
cmNoIEdyb3VwMRUwEwYDVQQDEwxJU1JHIFJvb3QgWDEwHhcNMTUwNjA0MTEwNDM4
WhcNMzUwNjA0MTEwNDM4WjBPMQswCQYDVQQGEwJVUzEpMCcGA1UEChMgSW50ZXJu
ZXQgU2VjdXJpdHkgUmVzZWFyY2ggR3JvdXAxFTATBgNVBAMTDElTUkcgUm9vdCBY
MTCCAiIwDQYJKoZIhvcNAQEBBQADggIPADCCAgoCggIBAK3oJHP0FDfzm54rVygc
h77ct984kIxuPOZXoHj3dcKi/vVqbvYATyjb3miGbESTtrFj/RQSa78f0uoxmyF+
0TM8ukj13Xnfs7j/EvEhmkvBioZxaUpmZmyPfjxwv60pIgbz5MDmgK7iS4+3mX6U
A5/TR5d8mUgjU+g4rk8Kb4Mu0UlXjIB0ttov0DiNewNwIRt18jA8+o+u3dpjq+sW
T8KOEUt+zwvo/7V3LvSye0rgTBIlDHCNAymg4VMk7BPZ7hm/ELNKjD+Jo2FR3qyH
B5T0Y3HsLuJvW5iB4YlcNHlsdu87kGJ55tukmi8mxdAQ4Q7e2RCOFvu396j3x+UC
B5iPNgiV5+I3lg02dZ77DnKxHZu8A/lJBdiB3QW0KtZB6awBdpUKD9jf1b0SHzUv
KBds0pjBqAlkd25HN7rOrFleaJ1/ctaJxQZBKT5ZPt0m9STJEadao0xAH0ahmbWn
OlFuhjuefXKnEgV4We0+UXgVCwOPjdAvBbI+e0ocS3MFEvzG6uBQE3xDk3SzynTn
jh8BCNAw1FtxNrQHusEwMFxIt4I7mKZ9YIqioymCzLq9gwQbooMDQaHWBfEbwrbw
qHyGO0aoSCqI3Haadr8faqU9GY/rOPNk3sgrDQoo//fb4hVC1CLQJ13hef4Y53CI
rU7m2Ys6xt0nUW7/vGT1M0NPAgMBAAGjQjBAMA4GA1UdDwEB/wQEAwIBBjAPBgNV
HRMBAf8EBTADAQH/MB0GA1UdDgQWBBR5tFnme7bl5AFzgAiIyBpY9umbbjANBgkq
hkiG9w0BAQsFAAOCAgEAVR9YqbyyqFDQDLHYGmkgJykIrGF1XIpu+ILlaS/V9lZL
ubhzEFnTIZd+50xx+7LSYK05qAvqFyFWhfFQDlnrzuBZ6brJFe+GnY+EgPbk6ZGQ
3BebYhtF8GaV0nxvwuo77x/Py9auJ/GpsMiu/X1+mvoiBOv/2X/qkSsisRcOj/KK
NFtY2PwByVS5uCbMiogziUwthDyC3+6WVwW6LLv3xLfHTjuCvjHIInNzktHCgKQ5
ORAzI4JMPJ+GslWYHb4phowim57iaztXOoJwTdwJx4nLCgdNbOhdjsnvzqvHu7Ur
TkXWStAmzOVyyghqpZXjFaH3pO3JLF+l+/+sKAIuvtd7u+Nxe5AW0wdeRlN8NwdC
jNPElpzVmbUq4JUagEiuTDkHzsxHpFKVK7q4+63SM1N95R1NbdWhscdCb+ZAJzVc
oyi3B43njTOQ5yOf+1CceWxG1bQVs5ZufpsMljq4Ui0/1lvh+wjChP4kqKOJ2qxq
4RgqsahDYVvTH9w7jXbyLeiNdd8XM2w9U/t7y0Ff/9yi0GE44Za4rF2LN9d11TPA
mRGunUHBcnWEvgJBQl9nJEiU0Zsnvgc/ubhPgXRR4Xq37Z0j4r7g1SgEEzwxA57d
emyPxgcYxn/eR44/KJ4EBs+lVDR3veyJm+kXQ99b21/+jh5Xos1AnX5iItreGCc=
-----END CERTIFICATE-----
)",
                                     "sha256/C5+lpZ7tcVwmwQIMcRtPbsQtWLABXhQzejna0wHFr8M=",
                                     "96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6"};

}  // namespace pinlab::vectors
