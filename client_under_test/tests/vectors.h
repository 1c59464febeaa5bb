// Public certificates and their pins, made by other tools: the RSA and Ed25519 ones by the openssl program,
// the P-256 one by python-cryptography; both computed each pin and hash and agreed. No private keys.
#pragma once

#include <string_view>

namespace pinlab::protocol::testing {

/// A certificate in PEM, the pin of its key, and hex SHA-256 of the certificate itself.
struct Vector {
    std::string_view name;
    std::string_view pem;
    std::string_view pin;
    std::string_view cert_sha256;
};

// clang-format off
inline constexpr Vector pin_vectors[] = {
    {"p256",
     "-----BEGIN CERTIFICATE-----\n"
     "MIIBKDCBz6ADAgECAgEBMAoGCCqGSM49BAMCMB0xGzAZBgNVBAMMEnBpbmxhYiB2\n"
     "ZWN0b3IgcDI1NjAgFw0yMDAxMDEwMDAwMDBaGA8yMTAwMDEwMTAwMDAwMFowHTEb\n"
     "MBkGA1UEAwwScGlubGFiIHZlY3RvciBwMjU2MFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"
     "AQcDQgAECr04ajvGAV8TXxfYTcz6bSlsDKnUslGZq9nn/umDQtV23bmx5cDJhhTf\n"
     "bYiRbF/LED4viJvLnhaeMqwrbJ2/4DAKBggqhkjOPQQDAgNIADBFAiEAvXb+zze1\n"
     "h3iap+ouSNaLrWMLBSKkxkAsINsD6tnK+XQCIE0MDQAlgpSQjAj7zZ11vModVJDl\n"
     "6GQ7lM5v/TeOnE35\n"
     "-----END CERTIFICATE-----\n",
     "sha256/eFOkiUX36/SmcC/TDX9p/8TcacV8NvRsgMZX/L6OjAE=",
     "a628422ba8bc360c66115f0beb67b5ae37c8b82f1406a37d2bd7f82fec864e0b"},
    {"rsa",
     "-----BEGIN CERTIFICATE-----\n"
     "MIIDIzCCAgugAwIBAgIUJfmaZBvyrHcauuqAsyVlE9uzowMwDQYJKoZIhvcNAQEL\n"
     "BQAwIDEeMBwGA1UEAwwVcGlubGFiIHZlY3RvciByc2EyMDQ4MCAXDTI2MTEyNDEx\n"
     "MDgxOVoYDzIxMjYxMDMxMTEwODE5WjAgMR4wHAYDVQQDDBVwaW5sYWIgdmVjdG9y\n"
     "IHJzYTIwNDgwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCiM+1jIL+j\n"
     "irUM+VjpmmzDdcBCX9aHiRv6fLS395N2GUG4XK2uVc+lRGsCvGR1Jk80n/YaKLi9\n"
     "NF163heAyoE22oUlTpQl4e4PNaNdY6/YmQjH7pJ+szAGkV6O91aYlsLwEmQr1PS+\n"
     "4wGEcW3ZhZ++c/3vFlXdRnT/aPJRGXgCft9HJWBTYrhU7H3WRy6FtpCnZ09AkBJN\n"
     "oI2BtyXMuEHn29ll4IJ/gAc50feKQa1dWcds0m+wOS4h8VNCIYfZprDln98pxxHx\n"
     "7gJuYr2byCi4qCNOw+JYguWdLIJjH9qm2kMfradILsKv1m30kRDpAJeODGjdFB1h\n"
     "od0cZTk4uxN5AgMBAAGjUzBRMB0GA1UdDgQWBBQwoMVbXvGB76EBaAPTxWQzoXMA\n"
     "XDAfBgNVHSMEGDAWgBQwoMVbXvGB76EBaAPTxWQzoXMAXDAPBgNVHRMBAf8EBTAD\n"
     "AQH/MA0GCSqGSIb3DQEBCwUAA4IBAQCgDNPulDwD9SRQ84DVuLvxInSQI/HkOj2E\n"
     "cVAYu5ZkxE3IJoDuCn7A7Pv16CguzibaSCmqHRII2z4s9r3E7vhk3IAD4qscDK9c\n"
     "T3p2hcFnVIYhE+Q0/cGEFAlhSYx21W7Jc94Q9guz04jQhuGCn76Xyikd63TElX/x\n"
     "Xpg34XMBbMhncMIwuGScRoBHxtDE6Vs6PhTN2xG/tQHkjLqIwnm/qByzc1GfXNQm\n"
     "OZY/w2e5EuJ2dkKX3y+w0BOWZYrWktJb3TcX2EcbokmvuqCriXf50hwJohPqgtEU\n"
     "3g0eRItyqq8qVu/mlenPJ0jxCiCmkeN9QApsn7liKby5NQhg1baV\n"
     "-----END CERTIFICATE-----\n",
     "sha256/80IP1EI+mlcsqXo6vWj9yBtFHCs7wfmmjJaZs1vkbYk=",
     "c3444b8b2a13a9673bdd1b387d0da07a5143ff0447a0eb1acb97f496e7b68fbb"},
    {"ed",
     "-----BEGIN CERTIFICATE-----\n"
     "MIIBVzCCAQmgAwIBAgIUPJ9TgC/hcDSTJBLZVlLRBu3T1QYwBQYDK2VwMCAxHjAc\n"
     "BgNVBAMMFXBpbmxhYiB2ZWN0b3IgZWQyNTUxOTAgFw0yNjExMjQxMTA4MTlaGA8y\n"
     "MTI2MTAzMTExMDgxOVowIDEeMBwGA1UEAwwVcGlubGFiIHZlY3RvciBlZDI1NTE5\n"
     "MCowBQYDK2VwAyEAipjPZfQKHbbyAhIN3x0q6v1ufaOH80I12JOhVgQnfSijUzBR\n"
     "MB0GA1UdDgQWBBShGUAmtefUOOy6YZ4ULz9LSy434zAfBgNVHSMEGDAWgBShGUAm\n"
     "tefUOOy6YZ4ULz9LSy434zAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBAAcUCobb\n"
     "yAzd4nsJtrj9Ia8xydtCn0crCLzTADWJ1R263GXTBzh8iifDm4eCAHeDKRnV9rHN\n"
     "Iae2qvBFW/D6UQ4=\n"
     "-----END CERTIFICATE-----\n",
     "sha256/Bj03W6oKEFYDNVWqvvI/5+o+wcIIKs8Gf1lXgFgDonk=",
     "be5ec004dbb28b8a3b1b7c3cfe63931889ee1241ca66586cc0df9ddec2696be7"},
};
// clang-format on

}  // namespace pinlab::protocol::testing
