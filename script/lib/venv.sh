# The Python environment, pinned by requirements.txt and requirements-dev.txt. Sourced, never run.
# shellcheck shell=bash

# Prints the first usable interpreter: version 3.11 to 3.13 with the venv module. The system's own comes
# first: distributions compile it with optimisations, which make Odoo a fifth faster than a plain build.
find_python() {
    local name
    for name in /usr/bin/python3 python3.11 python3.12 python3.13 python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# Sets VENV and PYTHON; the folder's name says from what it was built, so two clones may differ.
find_venv() {
    local python
    python=$(find_python) || return 1
    VENV=$CACHE/venv/$({
        "$python" -c 'import sys; print(sys.version, sys.base_prefix)'
        cat "$REPO/requirements.txt" "$REPO/requirements-dev.txt"
    } | hash_of)
    PYTHON=$VENV/bin/python
}

ensure_venv() {
    find_venv
    [[ -e $VENV/.ready ]] && return
    need_disk 1000
    rm -rf "$VENV"
    "$(find_python)" -m venv "$VENV"
    "$PYTHON" -m pip install --no-deps --prefer-binary --disable-pip-version-check --retries 2 \
        --requirement "$REPO/requirements.txt" --requirement "$REPO/requirements-dev.txt" >"$LOGS/pip.log" 2>&1 ||
        die "No network? The Python packages could not be fetched (details: $LOGS/pip.log). Connect and start again."
    touch "$VENV/.ready"
    say "Python environment built"
}
