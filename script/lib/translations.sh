# The texts of the addon as Odoo itself exports them. Sourced, never run.
# shellcheck shell=bash disable=SC2034

pot_of() { echo "$REPO/$1/i18n/$1.pot"; }
german_of() { echo "$REPO/$1/i18n/de.po"; }

# export_pots FOLDER: installs the addons in a fresh database and exports the texts of each to FOLDER/ADDON.pot.
export_pots() {
    local database=lint_$CLONE addon
    clone_database base "$database"
    rm -rf "$1" && mkdir -p "$1"
    if quietly "$LOGS/lint-install.log" odoo --database "$database" --init "$(joined "$ADDON" "${GLUE[@]}")" --stop-after-init --no-http; then
        for addon in "$ADDON" "${GLUE[@]}"; do
            quietly "$LOGS/lint-export.log" odoo i18n export --database "$database" --languages pot --output "$1/$addon.pot" "$addon" || break
        done
    fi
    drop_database "$database"
    [[ -s $1/$addon.pot ]]
}
