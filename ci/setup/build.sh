# The C++ programs: configured by a preset of CMakePresets.json, built by ninja, only what changed. Sourced by
# ci/setup.sh. It never runs programs of a build that failed.

# A preset is configured again when the presets change or the tree has moved; ninja itself sees to the CMake files.
preset_key() { hash_of "$1" "$PINLAB_ROOT" <"$PINLAB_ROOT/CMakePresets.json"; }

preset_is_configured() {
    [ -e "$PINLAB_ROOT/build/$1/build.ninja" ] && stamp_is "configure-$1" "$(preset_key "$1")"
}

# configure_preset NAME: sets pinlab_build_dir.
configure_preset() {
    pinlab_build_dir="$PINLAB_ROOT/build/$1"
    preset_is_configured "$1" && return
    local log="$pinlab_stamps/configure-$1.log"
    say "configuring build/$1"
    (cd "$PINLAB_ROOT" && cmake --fresh --preset "$1") >"$log" 2>&1 || {
        cat "$log" >&2
        die "cmake could not configure build/$1"
    }
    write_stamp "configure-$1" "$(preset_key "$1")"
}

# adopt_build FOLDER: another build of this very tree, configured by anyone who made it; sets pinlab_build_dir.
adopt_build() {
    local home
    [ -e "$1/build.ninja" ] || die "--build $1: not a configured build folder (no build.ninja); for a preset: cmake --preset asan"
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$1/CMakeCache.txt" 2>/dev/null)
    [ "$home" -ef "$PINLAB_ROOT" ] || die "--build $1: configured for ${home:-another tree}, not for $PINLAB_ROOT"
    pinlab_build_dir=$(cd -- "$1" && pwd -P)
}

# Compiled files are shared between clones; without a usable home they are kept in the tree.
prepare_ccache() {
    export CCACHE_BASEDIR="${CCACHE_BASEDIR-$PINLAB_ROOT}"
    [ -n "${HOME-}" ] && [ -w "$HOME" ] || export CCACHE_DIR="${CCACHE_DIR-$PINLAB_ROOT/build/ccache}"
}

# Ninja's lines, less those that say that nothing is to be done; at a terminal the progress stays on one line.
# Left out too: the linker's word that static programs cannot look up names (ours resolve none), with its context line.
show_progress() {
    local line open=no context=''
    while IFS= read -r line; do
        case $line in
            'ninja: no work to do.' | 'ninja: Entering directory'* | '[0/'*'Re-checking globbed directories'*) ;;
            *': in function `'*) context=$line ;;
            *'in statically linked applications requires at runtime'*) context='' ;;
            '['*/*']'*)
                if [ -t 2 ]; then
                    printf '\r\033[K%s' "${line:0:${COLUMNS:-79}}" >&2
                    open=yes
                else
                    printf '%s\n' "$line" >&2
                fi
                ;;
            *)
                [ "$open" = no ] || printf '\n' >&2
                open=no
                printf '%s\n' ${context:+"$context"} "$line" >&2
                context=''
                ;;
        esac
    done
    [ "$open" = no ] || printf '\n' >&2
}

# build_target TARGET: in pinlab_build_dir. CMAKE_BUILD_PARALLEL_LEVEL bounds the number of compilers, as it does for cmake.
build_target() {
    local jobs=()
    [ -z "${CMAKE_BUILD_PARALLEL_LEVEL-}" ] || jobs=(-j "$CMAKE_BUILD_PARALLEL_LEVEL")
    prepare_ccache
    [ -e "$pinlab_build_dir/.ninja_log" ] || say "building ${pinlab_build_dir#"$PINLAB_ROOT/"}: the first time takes some minutes"
    NINJA_STATUS='[%f/%t] ' ninja -C "$pinlab_build_dir" "${jobs[@]}" "$1" 2>&1 </dev/null | show_progress
    [ "${PIPESTATUS[0]}" = 0 ] || die "the build of ${pinlab_build_dir#"$PINLAB_ROOT/"} failed; nothing was run"
}
