# Databases: two prepared templates, and quick copies of them. Sourced, never run.
# shellcheck shell=bash

# What the addon builds on; installed once per Odoo tree, then only copied.
BASE_MODULES=account,account_payment,account_qr_code_sepa,base_iban,l10n_de,l10n_din5008,portal
LANGUAGES=de_DE,en_US
DATA=$CACHE/data # Odoo's data folder: filestores, sessions

# odoo ARGS...: Odoo's own command line in this environment.
odoo() { "${ODOO[@]}" "$@"; }

# Sets ODOO, the command itself: for exec, and where the process id must be Odoo's own.
find_odoo() { ODOO=(env PYTHONPATH="$ODOO_PATH:$OTHERS" ODOO_RC="$CLONE_DIR/odoo.conf" "$PYTHON" -m odoo); }

write_odoo_conf() {
    local addons=$ODOO_ADDONS,$OTHERS/odoo/addons
    # Odoo drops a folder without addons with a warning.
    if [[ -f $REPO/$ADDON/__manifest__.py ]]; then addons=$REPO,$addons; fi
    cat >"$CLONE_DIR/odoo.conf.part" <<END
[options]
addons_path = $addons
data_dir = $DATA
db_host = $PGHOST
db_port = $PGPORT
db_user = $PGUSER
list_db = False
http_interface = 127.0.0.1
proxy_mode = False
END
    mv "$CLONE_DIR/odoo.conf.part" "$CLONE_DIR/odoo.conf"
}

free_port() { "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

has_database() { [[ -n $(sql "SELECT 1 FROM pg_database WHERE datname = '$1'") ]]; }

# template base | odoo_demo: its name says of what it is made, so another Odoo gets another one.
template() { echo "tpl_$1_$(printf '%s %s %s' "$ODOO_STAMP" "$BASE_MODULES" "$LANGUAGES" | hash_of)"; }

# ensure_template base | odoo_demo
ensure_template() {
    local name part demo=()
    name=$(template "$1")
    has_database "$name" && return
    need_disk 1000
    part=${name}_part
    [[ $1 != odoo_demo ]] || demo=(--with-demo)
    drop_database "$part"
    quietly "$LOGS/template-$1.log" odoo --database "$part" --init "$BASE_MODULES" --load-language "$LANGUAGES" \
        --stop-after-init --no-http "${demo[@]}" ||
        die "The database $name could not be prepared (see above; whole log: $LOGS/template-$1.log)."
    rm -rf "$DATA/filestore/$name"
    [[ ! -d $DATA/filestore/$part ]] || mv "$DATA/filestore/$part" "$DATA/filestore/$name"
    sql "ALTER DATABASE $part RENAME TO $name"
    say "Template database with Odoo's modules prepared ($1)"
}

drop_database() {
    pg dropdb --if-exists --force "$1" 2>/dev/null
    rm -rf "$DATA/filestore/$1"
}

# clone_database base | odoo_demo NEW_NAME
clone_database() {
    local from
    from=$(template "$1")
    drop_database "$2"
    pg createdb --template="$from" "$2"
    [[ ! -d $DATA/filestore/$from ]] || cp -a "$DATA/filestore/$from" "$DATA/filestore/$2"
}
