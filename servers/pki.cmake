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

pinlab_library(pinlab_mint_core
    SOURCES mint/entry.cpp mint/folder.cpp mint/recipe.cpp mint/world.cpp mint/world_files.cpp
    LIBS pinlab_wire)
pinlab_program(pinlab-mint SOURCES mint/main.cpp LIBS pinlab_mint_core STATIC)
