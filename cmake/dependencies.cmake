# What the C++ side stands on: OpenSSL 3, Boost 1.81 (Asio, Beast, JSON, Program_options), GoogleTest, all from the distribution.
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS program_options)
find_package(GTest REQUIRED)

# By name and not by path, so that `-static` picks the archives and every other build the shared libraries.
add_library(pinlab_openssl INTERFACE)
target_include_directories(pinlab_openssl SYSTEM INTERFACE "${OPENSSL_INCLUDE_DIR}")
target_link_libraries(pinlab_openssl INTERFACE ssl crypto Threads::Threads ${CMAKE_DL_LIBS})

add_library(pinlab_asio INTERFACE)
target_include_directories(pinlab_asio SYSTEM INTERFACE "${Boost_INCLUDE_DIRS}")
target_compile_definitions(pinlab_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ERROR_CODE_HEADER_ONLY)
target_link_libraries(pinlab_asio INTERFACE pinlab_openssl)
if(PINLAB_SANITIZE_THREADS)
    # GCC's ThreadSanitizer does not follow the fences in Asio's queues. Each of our queues has one thread.
    target_compile_options(pinlab_asio INTERFACE -Wno-tsan)
endif()

# By name, as OpenSSL above.
add_library(pinlab_program_options INTERFACE)
target_include_directories(pinlab_program_options SYSTEM INTERFACE "${Boost_INCLUDE_DIRS}")
target_link_libraries(pinlab_program_options INTERFACE boost_program_options)

# Boost.JSON compiled once, from its own single source file.
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/boost_json.cpp" CONTENT "#include <boost/json/src.hpp>\n")
add_library(boost_json STATIC "${CMAKE_BINARY_DIR}/boost_json.cpp")
target_include_directories(boost_json SYSTEM PUBLIC "${Boost_INCLUDE_DIRS}")
