# Debian packages: what ci/packages.txt asks for, what of it is missing, and how it is brought. Sourced by ci/setup.sh.
# It never installs without permission: given by the user at the terminal, by --install, or by being root unattended.

pinlab_packages="$PINLAB_ROOT/ci/packages.txt" packages_stamp=packages

# Fills package_specs ("a | b (>= 1)") and package_reasons, one entry for each line of the file.
read_packages() {
    package_specs=() package_reasons=()
    local line spec reason
    while IFS= read -r line || [ -n "$line" ]; do
        read -r spec <<<"${line%%#*}" || true
        [ -n "$spec" ] || continue
        [[ $line == *'#'* ]] && reason=${line#*#} || reason=
        read -r reason <<<"$reason" || true
        package_specs+=("$spec")
        package_reasons+=("$reason")
    done <"$pinlab_packages" || die "cannot read $pinlab_packages"
}

# split_alternatives SPEC: fills names and floors (lowest version that will do, or empty), in the order of the line.
split_alternatives() {
    names=() floors=()
    local alternatives alternative form='^ *([a-z0-9][a-z0-9.+-]*) *(\(>= *([^ )]+)\))? *$'
    IFS='|' read -ra alternatives <<<"$1"
    for alternative in "${alternatives[@]}"; do
        if [[ $alternative =~ $form ]]; then
            names+=("${BASH_REMATCH[1]}")
            floors+=("${BASH_REMATCH[3]}")
        else
            die "$pinlab_packages: cannot read \"$1\"; a line is: name [(>= version)] [| other name] # reason"
        fi
    done
}

# version_will_do VERSION FLOOR
version_will_do() { [ -z "$2" ] || dpkg --compare-versions "$1" ge "$2"; }

# Asks dpkg once about every name of the file; fills package_versions (name -> installed version).
read_installed() {
    declare -gA package_versions=()
    local spec name status version all=()
    for spec in "${package_specs[@]}"; do
        split_alternatives "$spec"
        all+=("${names[@]}")
    done
    while IFS=$'\t' read -r name status version; do
        [ "$status" != installed ] || package_versions[$name]=$version
    done <<<"$(LC_ALL=C dpkg-query -W -f '${Package}\t${db:Status-Status}\t${Version}\n' "${all[@]}" 2>/dev/null)"
}

# installed_choice SPEC: prints "name version" of the alternative that is installed; false if there is none.
installed_choice() {
    split_alternatives "$1"
    local i version
    for i in "${!names[@]}"; do
        version=${package_versions[${names[i]}]-}
        if [ -n "$version" ] && version_will_do "$version" "${floors[i]}"; then
            printf '%s %s\n' "${names[i]}" "$version"
            return
        fi
    done
    return 1
}

# Fills missing_specs and missing_reasons.
find_missing_packages() {
    missing_specs=() missing_reasons=()
    read_packages
    read_installed
    local i
    for i in "${!package_specs[@]}"; do
        installed_choice "${package_specs[i]}" >/dev/null && continue
        missing_specs+=("${package_specs[i]}")
        missing_reasons+=("${package_reasons[i]}")
    done
}

# candidate_choice SPEC: the first alternative that the system's sources offer; false if they offer none.
candidate_choice() {
    split_alternatives "$1"
    local i version
    for i in "${!names[@]}"; do
        version=$(LC_ALL=C apt-cache policy "${names[i]}" 2>/dev/null | sed -n 's/^  Candidate: //p')
        if [ -n "$version" ] && [ "$version" != '(none)' ] && version_will_do "$version" "${floors[i]}"; then
            printf '%s\n' "${names[i]}"
            return
        fi
    done
    return 1
}

# The command that brings what is missing. Where the package lists are empty the first alternative is named.
install_command() {
    local spec choice chosen=() prefix=
    for spec in "${missing_specs[@]}"; do
        choice=$(candidate_choice "$spec") || { split_alternatives "$spec" && choice=${names[0]}; }
        chosen+=("$choice")
    done
    ((EUID == 0)) || prefix='sudo '
    printf '%sapt-get update && %sapt-get install -y --no-install-recommends %s\n' "$prefix" "$prefix" "${chosen[*]}"
}

list_missing_packages() {
    local i
    say "${#missing_specs[@]} Debian packages of ci/${pinlab_packages##*/} are missing:"
    for i in "${!missing_specs[@]}"; do
        printf '    %-40s %s\n' "${missing_specs[i]}" "${missing_reasons[i]}" >&2
    done
}

# as_root COMMAND...: through sudo where needed; without a terminal sudo must not ask for a password.
as_root() {
    local sudo=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "not root and no sudo; as root run: $(install_command)"
        at_a_terminal && sudo=(sudo) || sudo=(sudo -n)
    fi
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >&2
}

install_missing_packages() {
    local spec choice chosen=()
    say "running apt-get update"
    as_root apt-get -qq -o DPkg::Lock::Timeout=300 update ||
        say "apt-get update failed, at least in part; going on with the package lists that are there"
    for spec in "${missing_specs[@]}"; do
        choice=$(candidate_choice "$spec") || die "no package source of this system offers $spec"
        chosen+=("$choice")
    done
    say "running apt-get install ${chosen[*]}"
    as_root apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --no-install-recommends \
        "${chosen[@]}" || die "apt-get could not install what is missing; by hand: $(install_command)"
}

# May apt-get run? --install says yes, someone at the terminal is asked, root without a terminal (CI) is taken at its word.
may_install() {
    [ "$pinlab_install" = no ] || return 0
    if ! at_a_terminal; then
        ((EUID == 0)) || return 1
        say "root without a terminal: installing them"
        return 0
    fi
    local answer
    printf 'pinlab: then build/venv and the C++ programs follow, inside %s/build.\n' "$PINLAB_ROOT" >&2
    read -r -p 'pinlab: install these packages with apt-get now? [Y/n] ' answer || return 1
    [[ ${answer:-y} == [yY]* ]]
}

# The answer of dpkg holds until the list or dpkg's own record of the system changes.
packages_are_stamped() {
    stamp_is "$packages_stamp" "$(hash_of packages <"$pinlab_packages")" &&
        ! [ /var/lib/dpkg/status -nt "$pinlab_stamps/$packages_stamp" ]
}

# ensure_packages [FILE]: what ci/packages.txt asks for, or another list beside it that some script of ci/ needs as well.
ensure_packages() {
    local pinlab_packages="$PINLAB_ROOT/ci/${1:-packages.txt}" packages_stamp=${1:-packages}
    packages_are_stamped && return
    if command -v dpkg-query >/dev/null; then
        find_missing_packages
    else
        say "this system has no dpkg: bring the equals of ci/${pinlab_packages##*/} yourself; going on as if they were there"
        missing_specs=()
    fi
    if ((${#missing_specs[@]} > 0)); then
        list_missing_packages
        [ "$pinlab_offline" = no ] || die "offline: not installing anything; to install: $(install_command)"
        may_install || die "to install: $(install_command)"
        install_missing_packages
        find_missing_packages
        ((${#missing_specs[@]} == 0)) || die "still missing after apt-get: ${missing_specs[*]}"
    fi
    write_stamp "$packages_stamp" "$(hash_of packages <"$pinlab_packages")"
}
