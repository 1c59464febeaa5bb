# `pinlab doctor`: what is there, in which version, what is missing and how to get it. Sourced by ci/setup.sh.
# It only looks: it takes no lock, writes no stamp, installs and builds nothing.

# doctor_line STATE WHAT WHY: a state other than "ok" makes the whole incomplete.
doctor_line() {
    printf '  %-8s %-44s %s\n' "$@"
    [ "$1" = ok ] || doctor_complete=no
}

doctor_packages() {
    local i choice
    printf 'Debian packages (ci/packages.txt)\n'
    if ! command -v dpkg-query >/dev/null; then
        doctor_line unknown 'no dpkg here' 'bring the equals of the packages yourself'
        return
    fi
    find_missing_packages
    for i in "${!package_specs[@]}"; do
        if choice=$(installed_choice "${package_specs[i]}"); then
            doctor_line ok "$choice" "${package_reasons[i]}"
        else
            doctor_line missing "${package_specs[i]}" "${package_reasons[i]}"
        fi
    done
    ((${#missing_specs[@]} == 0)) || doctor_advice+=("$(install_command)")
}

doctor_python() {
    printf 'Python\n'
    if ! find_python; then
        doctor_line missing 'Python 3.11 or newer' 'neither /usr/bin/python3 nor any on PATH'
        return
    fi
    doctor_line ok "$python $python_version" 'runs the lab'
    if venv_is_ready; then
        doctor_line ok build/venv 'the packages of ci/requirements.lock'
    elif [ -d "$pinlab_venv" ]; then
        doctor_line stale build/venv 'does not match ci/requirements.lock and this Python; the next start makes it anew'
    else
        doctor_line missing build/venv 'the packages of ci/requirements.lock; the next start makes it'
    fi
}

doctor_build() {
    printf 'C++ programs\n'
    local programs=()
    if [ -n "$pinlab_build" ]; then
        adopt_build "$pinlab_build"
    elif preset_is_configured release; then
        pinlab_build_dir="$PINLAB_ROOT/build/release"
    else
        doctor_line missing build/release 'the next start configures and builds it, in some minutes'
        return
    fi
    programs=("$pinlab_build_dir"/bin/pinlab-*)
    if [ -x "${programs[0]}" ]; then
        doctor_line ok "${pinlab_build_dir#"$PINLAB_ROOT/"}" "${programs[*]##*/}; each start builds what changed"
    else
        doctor_line missing "${pinlab_build_dir#"$PINLAB_ROOT/"}" 'configured, not built; the next start builds it'
    fi
}

# Exit status 0 if the lab can run as it is, 1 if something is missing.
doctor() {
    local doctor_complete=yes doctor_advice=()
    printf 'pinlab in %s\n' "$PINLAB_ROOT"
    doctor_packages
    doctor_python
    doctor_build
    if [ "$doctor_complete" = yes ]; then
        printf 'complete: nothing is missing\n'
        return 0
    fi
    printf 'incomplete; `./pinlab run` brings what is missing, `./pinlab --install run` without asking\n'
    ((${#doctor_advice[@]} == 0)) || printf 'packages by hand: %s\n' "${doctor_advice[@]}"
    return 1
}
