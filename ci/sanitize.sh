#!/usr/bin/env bash
# AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer (which traps): unit tests, then the whole catalogue with the asan
# programs; then ThreadSanitizer where threads are. Any report fails, whatever the verdicts; nothing is suppressed.
# Takes the launcher's flags.
set -uo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/setup.sh" || exit 2
. "$PINLAB_ROOT/ci/setup/stages.sh" || exit 2

parse_flags "$@"
[ -z "$pinlab_build" ] || die 'ci/sanitize.sh builds build/asan; it takes no --build'
((${#pinlab_rest[@]} == 0)) || die "ci/sanitize.sh takes no ${pinlab_rest[0]}"

export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1
export CCACHE_NOHASHDIR=1 # paths in debug information are relative: another clone's objects serve as well

# The run judges its own programs' stderr; this looks once more at everything that it kept and printed.
catalogue() {
    local log="$PINLAB_ROOT/build/asan/catalogue.log" status
    "$PINLAB_ROOT/pinlab" --build "$pinlab_build_dir" run 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    if grep -E 'ERROR: (Address|Leak)Sanitizer|runtime error:' "$log"; then
        say 'a sanitizer reported; see above'
        return 1
    fi
    return "$status"
}

stage 'set-up (asan)' set_up asan all
stage 'unit tests (asan)' ctest --test-dir "$pinlab_build_dir" --output-on-failure --no-tests=error -j "$(nproc)"
stage 'catalogue (asan)' catalogue

# The witnesses have one thread each; threads are where the reference client meets servers in its own process.
threads() { "$pinlab_build_dir/bin/client_reference_test" --gtest_brief=1; }
stage 'set-up (tsan)' set_up tsan client_reference_test
stage 'threads (tsan)' threads
finish 'ci/sanitize.sh'
