# servers/pki and pinlab-mint.
pinlab_library(pinlab_pki
    SOURCES
        pki/assemble.cpp
        pki/authority.cpp
        pki/certificate.cpp
        pki/copy.cpp
        pki/corrupt.cpp
        pki/der.cpp
        pki/extensions.cpp
        pki/fast_spki.cpp
        pki/identity.cpp
        pki/issue.cpp
        pki/key.cpp
        pki/mismatched_key.cpp
        pki/openssl.cpp
        pki/pin.cpp
        pki/profile.cpp
        pki/weak_keys.cpp
    LIBS pinlab_util)

pinlab_library(pinlab_mint_core
    SOURCES mint/atomic_folder.cpp mint/certificate_entry.cpp mint/key_pool.cpp mint/recipe.cpp mint/world.cpp mint/world_files.cpp
    LIBS pinlab_wire)
pinlab_program(pinlab-mint SOURCES mint/main.cpp LIBS pinlab_mint_core STATIC)

pinlab_test(pki_test
    SOURCES
        tests/authority_test.cpp
        tests/certificate_test.cpp
        tests/copy_test.cpp
        tests/corrupt_test.cpp
        tests/der_test.cpp
        tests/identity_test.cpp
        tests/key_test.cpp
        tests/openssl_test.cpp
        tests/pin_test.cpp
        tests/weak_keys_test.cpp
    LIBS pinlab_pki)
pinlab_test(mint_test SOURCES tests/recipe_test.cpp tests/world_test.cpp LIBS pinlab_mint_core)

pinlab_fuzz(recipe LIBS pinlab_mint_core)
pinlab_fuzz(pem_der WORLD LIBS pinlab_pki)
