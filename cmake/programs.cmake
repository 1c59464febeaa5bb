# How this project makes its libraries, programs and unit tests, so that flags live in one place.
add_library(pinlab_warnings INTERFACE)
target_compile_options(pinlab_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
target_include_directories(pinlab_warnings INTERFACE "${CMAKE_SOURCE_DIR}")

# GCC 12 sees overlapping copies in `"text" + std::string` once it optimises: GCC bug 105651, fixed in GCC 13.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(pinlab_warnings INTERFACE -Wno-restrict)
endif()

# -O3 costs a minute of build time with Beast and gains nothing that a run could feel.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

if(PINLAB_SANITIZE_THREADS)
    add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
    add_link_options(-fsanitize=thread)
endif()

if(PINLAB_COVERAGE)
    add_compile_options(--coverage -fprofile-update=atomic)
    add_link_options(--coverage)
endif()

if(PINLAB_SANITIZE)
    # Undefined behaviour traps (SIGILL) where it happens: half of the build's time went into the texts of its reports. A
    # backtrace by lines is all that a report needs of debug information.
    add_compile_options(-g1 -fsanitize=address,undefined -fsanitize-undefined-trap-on-error -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
endif()

# pinlab_library(NAME SOURCES a.cpp … LIBS x …). Anyone who takes an installed library takes neither our flags nor our
# way to find things: what it links there is noted where it is installed.
function(pinlab_library NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
    add_library(${NAME} STATIC ${ARG_SOURCES})
    foreach(LIB pinlab_warnings ${ARG_LIBS})
        target_link_libraries(${NAME} PUBLIC $<BUILD_INTERFACE:${LIB}>)
    endforeach()
endfunction()

# What `./pinlab` needs: the programs without the unit tests.
add_custom_target(programs)

# pinlab_program(NAME SOURCES … LIBS … [STATIC]): STATIC allows full static linking where the build asks for it.
function(pinlab_program NAME)
    cmake_parse_arguments(ARG "STATIC" "" "SOURCES;LIBS" ${ARGN})
    add_executable(${NAME} ${ARG_SOURCES})
    target_link_libraries(${NAME} PRIVATE pinlab_warnings ${ARG_LIBS})
    add_dependencies(programs ${NAME})
    if(ARG_STATIC AND PINLAB_STATIC)
        target_link_options(${NAME} PRIVATE -static)
    endif()
endfunction()

# pinlab_test(NAME SOURCES … LIBS …): a GoogleTest program, its cases known to ctest.
include(GoogleTest)
function(pinlab_test NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
    add_executable(${NAME} ${ARG_SOURCES})
    target_link_libraries(${NAME} PRIVATE pinlab_warnings ${ARG_LIBS} GTest::gtest_main)
    gtest_discover_tests(${NAME} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
endfunction()
