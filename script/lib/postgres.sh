# A PostgreSQL cluster of our own: socket only, no TCP, throw-away data. Sourced, never run.
# It never meets the system's PostgreSQL: own data, own socket folder; only the programs may be shared.
# shellcheck shell=bash

PG_OWN=$CACHE/postgresql # programs unpacked from Debian's packages where the system has none
unset PGDATABASE PGPASSWORD PGPASSFILE PGSERVICE PGOPTIONS PGSSLMODE

# The server refuses to run as root.
pg_owner() {
    if ((EUID)); then id -un; elif id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

# pg PROGRAM ARGS...: one of PostgreSQL's programs, with the libraries that belong to it.
pg() { LD_LIBRARY_PATH=$PG_LIBS "$PG_BIN/$1" "${@:2}"; }

pg_as_owner() {
    local owner
    owner=$(pg_owner)
    if ((EUID)); then pg "$@"; else
        (cd / && setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups \
            env LD_LIBRARY_PATH="$PG_LIBS" "$PG_BIN/$1" "${@:2}")
    fi
}

# Sets PG_BIN and PG: the system's newest server programs (13 or newer), else our own copy. Returns 1 if there are none.
find_postgres() {
    local root version
    for root in "" "$PG_OWN"; do
        for version in $(find "$root"/usr/lib/postgresql -maxdepth 1 -mindepth 1 -printf '%f\n' 2>/dev/null | sort -rn); do
            PG_BIN=$root/usr/lib/postgresql/$version/bin
            [[ -x $PG_BIN/initdb && -x $PG_BIN/postgres && $version -ge 13 ]] || continue
            PG_LIBS=
            if [[ -n $root ]]; then PG_LIBS=$(find "$root/usr/lib" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:); fi
            PG=$CACHE/pg/$version # each version has its own cluster
            export PGHOST=$PG/socket PGPORT=5432 PGUSER=odoo
            return
        done
    done
    return 1
}

# Unpacks the server and the libraries it lacks; nothing is installed, so no system cluster can come to life.
fetch_postgres() {
    find_postgres && return
    local server packages
    apt_update own
    server=$(apt-cache -c "$APT/own/apt.conf" depends postgresql | sed -n 's/.*Depends: \(postgresql-[0-9]*\).*/\1/p' | head -n 1)
    mapfile -t packages < <(apt-get -c "$APT/own/apt.conf" install --print-uris -qq --no-install-recommends "$server" |
        sed -E "s/^'[^']*' ([^_]+)_.*/\1/" | grep -E '^(postgresql-[0-9]+|postgresql-client-[0-9]+|lib.*)$' | grep -vE '^lib(llvm|z3|perl|.*-perl$)')
    apt_download own "$PG_OWN.debs" "${packages[@]}"
    rm -rf "$PG_OWN"
    unpack_debs "$PG_OWN.debs" "$PG_OWN.part"
    mv "$PG_OWN.part" "$PG_OWN"
    rm -rf "$PG_OWN.debs"
    find_postgres || die "PostgreSQL could not be unpacked: sudo apt-get install postgresql"
    say "PostgreSQL unpacked"
}

pg_must_reach_cache() {
    ((${#CACHE} < 80)) || die "The path $CACHE is too long for a socket: set XDG_CACHE_HOME to a shorter one."
    ((EUID)) || setpriv --reuid="$(pg_owner)" --clear-groups test -x "$CACHE" ||
        die "User $(pg_owner), who runs PostgreSQL, cannot reach $CACHE: set XDG_CACHE_HOME to a folder open to everybody."
}

create_cluster() {
    local owner
    owner=$(pg_owner)
    rm -rf "$PG" && mkdir -p "$PG"
    ((EUID)) || chown "$owner" "$PG"
    pg_as_owner initdb --pgdata="$PG/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
        >"$LOGS/initdb.log" 2>&1 || die "PostgreSQL could not create its files: $(tail -n 1 "$LOGS/initdb.log")"
    mkdir -m 700 "$PGHOST"
    ((EUID)) || chown "$owner" "$PGHOST"
    cat >>"$PG/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$PGHOST'
max_connections = 60
# Nothing here is worth a wait for the disk.
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = on
jit = off
shared_buffers = 256MB
max_wal_size = 2GB
END
}

start_postgres() {
    local new=
    [[ -f $PG/.ready ]] || { create_cluster && new=1; }
    if ! pg_as_owner pg_ctl --pgdata="$PG/data" status >/dev/null 2>&1; then
        pg_as_owner pg_ctl --pgdata="$PG/data" --log="$PG/data/server.log" --wait --silent start >/dev/null 2>&1 </dev/null ||
            die "PostgreSQL did not start: $(tail -n 1 "$PG/data/server.log")"
        say "PostgreSQL started"
    fi
    [[ -n $new ]] || return 0
    # Odoo refuses to work as the user postgres.
    pg psql --username=postgres --dbname=postgres --quiet --command='CREATE ROLE odoo LOGIN CREATEDB'
    touch "$PG/.ready"
}

sql() { pg psql --dbname="${2:-postgres}" --tuples-only --no-align --quiet --set=ON_ERROR_STOP=1 --command="$1"; }
