# servers/util: text and OpenSSL helpers that every other library uses.
pinlab_library(pinlab_util SOURCES util/ascii.cpp util/openssl_check.cpp LIBS pinlab_openssl)

pinlab_test(util_test SOURCES tests/ascii_test.cpp LIBS pinlab_util)
