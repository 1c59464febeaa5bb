# servers/pki and pinlab-mint.
pinlab_library(pinlab_pki
    SOURCES
        pki/assemble.cpp
        pki/authority.cpp
        pki/bend.cpp
        pki/certificate.cpp
        pki/copy.cpp
        pki/extensions.cpp
        pki/fast_spki.cpp
        pki/identity.cpp
        pki/issue.cpp
        pki/key.cpp
        pki/key_impostor.cpp
        pki/openssl.cpp
        pki/pin.cpp
        pki/profile.cpp
    LIBS pinlab_openssl)
