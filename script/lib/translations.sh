# The texts of the addon as Odoo itself exports them. Sourced, never run.
# shellcheck shell=bash disable=SC2034

POT=$REPO/$ADDON/i18n/$ADDON.pot
GERMAN=$REPO/$ADDON/i18n/de.po

# export_pot FILE.pot: installs the addon in a fresh database and exports its texts.
export_pot() {
    local database=lint_$CLONE
    clone_database base "$database"
    quietly "$LOGS/lint-install.log" odoo --database "$database" --init "$ADDON" --stop-after-init --no-http &&
        quietly "$LOGS/lint-export.log" odoo i18n export --database "$database" --languages pot --output "$1" "$ADDON"
    drop_database "$database"
    [[ -s $1 ]]
}
