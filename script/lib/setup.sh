# Everything a script needs before its own work: source this, then call `bootstrap`.
# shellcheck shell=bash

# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
for part in apt odoo_tree venv others postgres database; do
    # shellcheck source=/dev/null
    . "$LIB/$part.sh"
done

RUN_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 tzdata) # WeasyPrint's libraries; PostgreSQL's time zones
TEST_PACKAGES=(chromium poppler-utils)                                    # browser tours, reading PDFs

# bootstrap [TEMPLATE...]: gets what is missing; nothing to do takes half a second.
bootstrap() {
    prepare_cache
    with_lock setup bootstrap_steps "${@:-base}"
    find_odoo_tree && find_venv && find_others && find_postgres && find_odoo # the steps ran in a subshell
}

bootstrap_steps() {
    local template packages=("${RUN_PACKAGES[@]}")
    [[ " $* " != *" odoo_demo "* ]] || packages+=("${TEST_PACKAGES[@]}")
    find_python >/dev/null || packages+=(python3 python3-venv)
    need_packages "${packages[@]}"
    find_venv || die "Python 3.11, 3.12 or 3.13 with venv not found (python3 is $(python3 -V 2>&1 | tail -n 1)): put one into PATH."
    pg_must_reach_cache
    fetch_odoo_tree
    ensure_venv
    ensure_others
    fetch_postgres
    start_postgres
    find_odoo
    write_odoo_conf
    for template in "$@"; do ensure_template "$template"; done
}
