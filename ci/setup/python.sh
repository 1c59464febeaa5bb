# Python: which interpreter, and build/venv with exactly the packages of ci/requirements.lock. Sourced by ci/setup.sh.
# The lab itself is installed from this tree: its packages are found where they are, its clients and its pytest plugin
# by their entry points (pyproject.toml). pip takes only wheels whose hash is in the lock; its own configuration (PIP_*, pip.conf) is left as it is.

pinlab_lock_file="$PINLAB_ROOT/ci/requirements.lock"

# Sets python and python_version. The distribution's own interpreter comes first: it is the one that is tested.
find_python() {
    local candidate
    for candidate in /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python3; do
        python=$(command -v "$candidate") || continue
        python_version=$("$python" -V 2>/dev/null) || continue
        python_version=${python_version#Python }
        [[ $python_version =~ ^3\.([0-9]+)\. ]] && ((BASH_REMATCH[1] >= 11)) && return
    done
    python= python_version=
    return 1
}

# The environment is good for one lock, one interpreter and one place: its scripts hold absolute paths.
venv_key() { hash_of "$python" "$python_version" "$PINLAB_ROOT" <"$pinlab_lock_file"; }

lab_key() { cat "$PINLAB_ROOT/pyproject.toml" "$PINLAB_ROOT/ci/setup/python.sh" | hash_of "$(venv_key)"; }

venv_is_ready() {
    [ -x "$pinlab_venv/bin/python" ] && stamp_is venv "$(venv_key)" && stamp_is lab "$(lab_key)"
}

make_venv() {
    say "making build/venv with Python $python_version and installing the packages of ci/requirements.lock"
    rm -rf "$pinlab_stamps/venv" "$pinlab_venv" || die "cannot remove the old $pinlab_venv"
    "$python" -I -m venv "$pinlab_venv" >&2 ||
        die "$python cannot make a virtual environment (on Debian and Ubuntu: apt-get install python3-venv)"
    "$pinlab_venv/bin/python" -I -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --require-hashes --no-deps --only-binary :all: -r "$pinlab_lock_file" >&2 ||
        die "pip could not install the packages of ci/requirements.lock; nothing is kept, the next start tries again"
    write_stamp venv "$(venv_key)"
}

# What an editable install does, without building anything: the metadata, with the entry points, by the build backend,
# and the folders of the two packages on the path.
install_lab() {
    local packages
    packages=$("$pinlab_venv/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))') &&
        rm -rf "$packages"/pinlab-*.dist-info &&
        (cd "$PINLAB_ROOT" && "$pinlab_venv/bin/python" -I -c 'import sys
from scikit_build_core.build import prepare_metadata_for_build_wheel
prepare_metadata_for_build_wheel(sys.argv[1])' "$packages") &&
        printf '%s\n' "$PINLAB_ROOT/lab" "$PINLAB_ROOT/client_under_test/adapters" >"$packages/pinlab.pth" ||
        die "the lab could not be installed into build/venv; is pyproject.toml valid?"
    write_stamp lab "$(lab_key)"
}

ensure_venv() {
    find_python || die "no Python 3.11 or newer: neither /usr/bin/python3 nor any on PATH"
    venv_is_ready && return
    [ "$pinlab_offline" = no ] || stamp_is venv "$(venv_key)" ||
        die "offline: build/venv is missing or no longer matches ci/requirements.lock; run once without --offline"
    [ -x "$pinlab_venv/bin/python" ] && stamp_is venv "$(venv_key)" || make_venv
    install_lab
}
