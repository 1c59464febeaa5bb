# Fuzz targets. With -DPINLAB_FUZZ=ON (clang; ci/fuzz sets it up) each is a libFuzzer program; in every other build the
# same source becomes a test that replays its corpus, so that what was once found stays found.
option(PINLAB_FUZZ "Make libFuzzer programs of the fuzz targets, with ASan and UBSan (needs clang)" OFF)
add_custom_target(fuzz)

if(PINLAB_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        message(FATAL_ERROR "PINLAB_FUZZ needs clang: ci/fuzz configures it")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
    add_link_options(-fsanitize=address,undefined)
endif()

# pinlab_fuzz(NAME [WORLD] [SOURCES …] LIBS …): the target NAME from fuzz/NAME.cpp, its corpus in fuzz/corpus/NAME.
# WORLD: its inputs are certificates and keys, which are not in the tree; pinlab-mint makes them before the test.
set(PINLAB_FUZZ_WORLD "${CMAKE_BINARY_DIR}/fuzz-world")
function(pinlab_fuzz NAME)
    cmake_parse_arguments(ARG "WORLD" "" "SOURCES;LIBS" ${ARGN})
    add_executable(fuzz-${NAME} fuzz/${NAME}.cpp ${ARG_SOURCES})
    target_link_libraries(fuzz-${NAME} PRIVATE pinlab_warnings ${ARG_LIBS})
    add_dependencies(fuzz fuzz-${NAME})
    if(PINLAB_FUZZ)
        target_link_options(fuzz-${NAME} PRIVATE -fsanitize=fuzzer)
        return()
    endif()
    target_sources(fuzz-${NAME} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/fuzz/replay.cpp")
    set(CORPUS "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${NAME}")
    if(ARG_WORLD)
        set(CORPUS "${PINLAB_FUZZ_WORLD}")
    endif()
    add_test(NAME fuzz.${NAME} COMMAND fuzz-${NAME} ${CORPUS})
    set_tests_properties(fuzz.${NAME} PROPERTIES TIMEOUT 120)
    if(ARG_WORLD)
        set_tests_properties(fuzz.${NAME} PROPERTIES FIXTURES_REQUIRED fuzz_world)
    endif()
endfunction()

# The world of PEM files for those targets, made anew before their tests.
if(NOT PINLAB_FUZZ)
    add_test(NAME fuzz.world COMMAND "${CMAKE_SOURCE_DIR}/cmake/fuzz/make_world.sh"
        $<TARGET_FILE:pinlab-mint> "${PINLAB_FUZZ_WORLD}")
    set_tests_properties(fuzz.world PROPERTIES FIXTURES_SETUP fuzz_world)
endif()
