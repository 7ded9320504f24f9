# Addons of others from the package index, pinned by requirements-addons.txt. Sourced, never run.
# shellcheck shell=bash

# Sets OTHERS; the folder's name says of what it was made.
find_others() { OTHERS=$CACHE/addons/$(hash_of <"$REPO/requirements-addons.txt"); }

ensure_others() {
    find_others
    [[ -e $OTHERS/.ready ]] && return
    rm -rf "$OTHERS" && mkdir -p "$OTHERS"
    "$PYTHON" -m pip install --no-deps --disable-pip-version-check --retries 2 --target "$OTHERS" \
        --requirement "$REPO/requirements-addons.txt" >"$LOGS/pip-addons.log" 2>&1 ||
        die "No network? Addons of others could not be fetched (details: $LOGS/pip-addons.log). Connect and start again."
    touch "$OTHERS/.ready"
    say "Addons of others fetched"
}
