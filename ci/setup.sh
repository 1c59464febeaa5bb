# Brings a machine to the point where the lab can run: Debian packages, build/venv, the C++ programs. Sourced by
# ./pinlab and by the scripts in ci/; it defines functions and does nothing by itself. It writes under build/ alone,
# and refuses to install anything that it has not named on stderr first.

unset CDPATH
PINLAB_ROOT=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
pinlab_stamps="$PINLAB_ROOT/build/stamps"
pinlab_venv="$PINLAB_ROOT/build/venv"
{ : <&0; } 2>/dev/null || exec </dev/null # a closed stdin would lend its number to the next file opened

say() { printf 'pinlab: %s\n' "$*" >&2; }

# Every failure of the set-up ends here: exit status 2, "usage, configuration or catalogue error".
die() {
    say "$@"
    exit 2
}

at_a_terminal() { [ -t 0 ] && [ -t 2 ]; }

# hash_of WORD... < TEXT: one key for the text and the words, which a stamp remembers.
hash_of() {
    { printf '%s\n' "$@" && cat; } | sha256sum | cut -d ' ' -f 1
}

stamp_is() { [ "$(cat "$pinlab_stamps/$1" 2>/dev/null)" = "$2" ]; }

# write_stamp NAME KEY: by rename, so that an interrupted start leaves the old stamp or none.
write_stamp() {
    printf '%s\n' "$2" >"$pinlab_stamps/$1.new" && mv -f "$pinlab_stamps/$1.new" "$pinlab_stamps/$1"
}

. "$PINLAB_ROOT/ci/setup/packages.sh" || exit 2
. "$PINLAB_ROOT/ci/setup/python.sh" || exit 2
. "$PINLAB_ROOT/ci/setup/build.sh" || exit 2
. "$PINLAB_ROOT/ci/setup/doctor.sh" || exit 2

# parse_flags ARGUMENT...: takes the set-up's own flags out, up to a `--`, and leaves the others in pinlab_rest.
parse_flags() {
    pinlab_install=no pinlab_offline=no pinlab_build= pinlab_rest=()
    while (($# > 0)); do
        case $1 in
            --install) pinlab_install=yes ;;
            --offline) pinlab_offline=yes ;;
            --build)
                (($# > 1)) || die "--build needs a folder that is already configured, for example --build build/asan"
                pinlab_build=$2
                shift
                ;;
            --build=*) pinlab_build=${1#--build=} ;;
            --)
                pinlab_rest+=("$@")
                return
                ;;
            *) pinlab_rest+=("$1") ;;
        esac
        shift
    done
}

# One set-up at a time in this tree. The lock goes with the process, however it ends.
take_lock() {
    mkdir -p "$pinlab_stamps" 2>/dev/null && [ -w "$pinlab_stamps" ] && [ -w "$PINLAB_ROOT/build" ] ||
        die "$PINLAB_ROOT/build cannot be written by this user; make it yours or remove it"
    exec {pinlab_lock}>"$pinlab_stamps/lock" || die "cannot open $pinlab_stamps/lock"
    flock -n "$pinlab_lock" && return
    say "another start is setting up or building in $PINLAB_ROOT; waiting for it"
    flock "$pinlab_lock" || die "cannot lock $pinlab_stamps/lock"
}

release_lock() { exec {pinlab_lock}>&-; }

# What a start of the lab needs, in order; afterwards the environment is that of the command line.
# set_up PRESET TARGET: PRESET is configured where it is missing, unless --build named another folder.
set_up() {
    trap 'exit 130' INT
    trap 'exit 143' TERM
    take_lock
    ensure_packages
    ensure_venv
    if [ -n "$pinlab_build" ]; then
        adopt_build "$pinlab_build"
    else
        configure_preset "$1"
    fi
    build_target "$2"
    release_lock
    enter_lab
}

# The environment in which Python finds the lab's programs; its packages are installed in build/venv.
enter_lab() {
    export PINLAB_ROOT PINLAB_BIN="$pinlab_build_dir/bin"
    unset PYTHONHOME PYTHONPATH
}

# True if nothing at all seems to be missing; cheap, touches nothing, asks no package manager.
looks_complete() {
    packages_are_stamped && find_python && venv_is_ready && [ -e "$PINLAB_ROOT/build/release/build.ninja" ]
}
