#!/usr/bin/env bash
# Format of C++ (clang-format 14, from build/venv, the same everywhere) and Python (ruff):  ci/format.sh check | fix
# It changes files only with the argument `fix`.
set -uo pipefail
. "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/setup.sh" || exit 2

parse_flags "$@"
case ${pinlab_rest[*]-} in
    check) cpp=(--dry-run -Werror) format=(--check) lint=() ;;
    fix) cpp=(-i) format=() lint=(--fix) ;;
    *) die 'ci/format.sh check | fix' ;;
esac

take_lock
ensure_packages
ensure_venv
release_lock
cd "$PINLAB_ROOT" || exit 2
status=0
find servers attacks client_under_test \( -name '*.h' -o -name '*.cpp' \) -print0 |
    xargs -0 -r "$pinlab_venv/bin/clang-format" "${cpp[@]}" || status=1
"$pinlab_venv/bin/ruff" format --quiet "${format[@]}" || status=1
"$pinlab_venv/bin/ruff" check --quiet "${lint[@]}" || status=1
((status == 0)) && [ "${pinlab_rest[0]}" = check ] && printf 'format: every file is as the tools want it\n'
exit "$status"
