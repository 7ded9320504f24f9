# A complete Odoo 19 tree below the cache, from Debian's package; or the one that ODOO_SOURCE names. Sourced, never run.
# shellcheck shell=bash

# The program, and what its symbolic links point to: fonts and JavaScript libraries that Debian packages separately.
ODOO_DEBS=(odoo-19 fonts-montserrat fonts-roboto-unhinted fonts-ocr-b libjs-jquery libjs-jquery-form libjs-underscore)
FONT_DEBS=(fonts-font-awesome fonts-inconsolata) # in sid their files have other names, so these come from the machine's suite

# Sets ODOO_PATH (for PYTHONPATH) and ODOO_ADDONS. Returns 1 while there is no tree.
find_odoo_tree() {
    if [[ -n ${ODOO_SOURCE:-} ]]; then
        ODOO_PATH=$(realpath -e "$ODOO_SOURCE" 2>/dev/null) || die "ODOO_SOURCE=$ODOO_SOURCE does not exist."
        [[ -f $ODOO_PATH/odoo/release.py ]] || die "ODOO_SOURCE=$ODOO_SOURCE is no Odoo tree: it has no odoo/release.py."
    else
        ODOO_PATH=$(find "$CACHE/odoo" -mindepth 2 -maxdepth 2 -name .ready -printf '%T@ %h\n' 2>/dev/null |
            sort -rn | head -n 1 | cut -d' ' -f2-)
        [[ -n $ODOO_PATH ]] || return 1
        ODOO_PATH+=/usr/lib/python3/dist-packages
    fi
    grep -q '^version_info = (19, 0' "$ODOO_PATH/odoo/release.py" || die "$ODOO_PATH is not Odoo 19.0."
    ODOO_ADDONS=$ODOO_PATH/odoo/addons
    if [[ -d $ODOO_PATH/addons ]]; then ODOO_ADDONS=$ODOO_PATH/addons,$ODOO_ADDONS; fi
    # shellcheck disable=SC2034 # the templates are named after it
    ODOO_STAMP=$(printf '%s %s' "$ODOO_PATH" "$(stat -c %Y "$ODOO_PATH/odoo/release.py")" | hash_of)
}

fetch_odoo_tree() {
    find_odoo_tree && return
    need_disk 5000
    local work=$CACHE/odoo/unpacking version lib
    rm -rf "$work" && mkdir -p "$work/debs"
    apt_download sid "$work/debs" "${ODOO_DEBS[@]}"
    apt_download own "$work/debs" "${FONT_DEBS[@]}"
    say "Odoo 19 fetched from Debian"
    version=$(dpkg-deb -f "$work"/debs/odoo-19_*.deb Version)
    unpack_debs "$work/debs" "$work/tree"
    rm -rf "$work/debs"
    [[ -z $(find "$work/tree/usr/lib/python3" -xtype l -print -quit) ]] ||
        die "Odoo's tree has dangling links: $(find "$work/tree/usr/lib/python3" -xtype l -print -quit)"
    # A library that Debian leaves out; only video calls use it, but the browser stops at a missing module.
    lib=$work/tree/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation
    mkdir -p "$lib" && touch "$lib/selfie_segmentation.js"
    touch "$work/tree/.ready"
    rm -rf "$CACHE/odoo/$version" && mv "$work/tree" "$CACHE/odoo/$version"
    rmdir "$work"
    say "Odoo $version unpacked"
    find_odoo_tree
}
