# Shared by every script: messages with elapsed time, the places, locks. Sourced, never run.
# shellcheck shell=bash

set -euo pipefail
export LC_ALL=C.UTF-8

ADDON=mahnwesen_pro
REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # used by those who source this
LIB=$REPO/script/lib

# The small addons beside it, each the glue to another app: folders mahnwesen_pro_* with a manifest.
GLUE=()
for part in "$REPO/$ADDON"_*/__manifest__.py; do
    [[ ! -f $part ]] || GLUE+=("$(basename "$(dirname "$part")")")
done

# Everything that is fetched or built lies below one folder that all clones share.
if [[ -n ${XDG_CACHE_HOME:-} ]]; then
    CACHE=$XDG_CACHE_HOME/$ADDON
elif ((EUID == 0)); then
    CACHE=/var/cache/$ADDON # root's home is closed to the user who runs PostgreSQL
else
    CACHE=${HOME:?HOME is not set; set it, or set XDG_CACHE_HOME}/.cache/$ADDON
fi

# Two clones on one machine: each has a name of its own, made from its path.
CLONE=$(printf %s "$REPO" | sha256sum | cut -c1-8)
CLONE_DIR=$CACHE/clones/$CLONE
LOGS=$CLONE_DIR/log

say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }

die() {
    printf '%4d s  %s\n' "$SECONDS" "$*" >&2
    exit 1
}

# quietly LOGFILE COMMAND...: keep the output in a file, show its end only if the command fails.
quietly() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 && return
    tail -n 15 "$log" >&2
    return 1
}

# with_lock NAME COMMAND...: one at a time, across clones. The children do not inherit the lock.
with_lock() {
    local name=$1
    shift
    (
        if ! flock --nonblock 9; then
            say "Waiting for another script ($name)"
            flock 9
        fi
        "$@" 9>&-
    ) 9>"$CACHE/$name.lock"
}

# Makes the cache folder; one line instead of a late surprise when it is closed or the disk is full.
prepare_cache() {
    mkdir -p "$CACHE" "$LOGS" 2>/dev/null || die "No right to write in $CACHE: set XDG_CACHE_HOME to a folder of yours."
    [[ -w $CACHE && -w $LOGS ]] || die "No right to write in $CACHE: set XDG_CACHE_HOME to a folder of yours."
}

# need_disk MEGABYTES
need_disk() {
    local free
    free=$(df --output=avail -m "$CACHE" | tail -n 1)
    ((free >= $1)) ||
        die "Not enough disk space: $1 MB needed in $CACHE, $((free)) MB free. Free some, or set XDG_CACHE_HOME to a roomier place."
}

# needs_of ADDON: the addons that make Odoo install a glue addon by itself, joined by commas; itself where nothing does.
needs_of() {
    "$PYTHON" - "$REPO/$1" <<'END'
import ast, pathlib, sys
folder = pathlib.Path(sys.argv[1])
manifest = ast.literal_eval((folder / "__manifest__.py").read_text(encoding="utf-8"))
print(",".join(manifest["depends"] if manifest.get("auto_install") else [folder.name]))
END
}

joined() { local IFS=, && echo "$*"; }

hash_of() { sha256sum | cut -c1-12; }
