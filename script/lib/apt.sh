# Debian packages without touching the system's package lists. Sourced, never run.
# apt reads the machine's own sources, but keeps lists, archives and caches in our folder.
# shellcheck shell=bash

APT=$CACHE/apt

# A complete list of a small world: "own" = the machine's own suite, "sid" = Debian unstable on the same mirror.
apt_config() {
    local world=$1 dir=$APT/$1
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    cat >"$dir/apt.conf" <<END
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Dir::State::lists "$dir/lists";
Dir::Cache "$dir/cache";
Dir::Log "$dir";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
APT::Sandbox::User "root";
END
    [[ $world == sid ]] || return 0
    printf 'deb [signed-by=%s] %s sid main\n' "$DEBIAN_KEYS" "$(debian_mirror)" >"$dir/sources.list"
    printf 'Dir::Etc::sourcelist "%s";\nDir::Etc::sourceparts "-";\n' "$dir/sources.list" >>"$dir/apt.conf"
}

DEBIAN_KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

# The mirror this machine uses for its own Debian suite.
debian_mirror() {
    local codename mirror
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-sid}")
    mirror=$(apt-get -c "$APT/own/apt.conf" --print-uris update 2>/dev/null |
        sed -En "s#^'(.*)/dists/($codename|stable|testing|unstable|sid)/InRelease'.*#\1#p" | head -n 1)
    [[ -n $mirror ]] ||
        die "No Debian mirror found in /etc/apt: this needs Debian 12 or newer. Or name an Odoo 19 tree: ODOO_SOURCE=/path script/..."
    echo "$mirror"
}

# apt_update WORLD: fetch the lists, at most once a day.
apt_update() {
    local world=$1 dir=$APT/$1
    command -v apt-get >/dev/null ||
        die "apt-get not found: this needs Debian 12 or newer. Or name an Odoo 19 tree: ODOO_SOURCE=/path script/..."
    [[ -n $(find "$dir/updated" -mmin -1440 2>/dev/null) ]] && return
    apt_config own
    [[ $world == own ]] || apt_config "$world"
    # A third-party source may fail without harm; whether Debian's own came is seen in the lists.
    apt-get -c "$dir/apt.conf" update >"$LOGS/apt-$world.log" 2>&1 || true
    ls "$dir"/lists/*_Packages* >/dev/null 2>&1 ||
        die "No network: the Debian package lists could not be fetched (details: $LOGS/apt-$world.log). Connect and start again."
    touch "$dir/updated"
}

# apt_download WORLD FOLDER PACKAGE...: the newest .deb files, into FOLDER.
apt_download() {
    local world=$1 folder=$2
    shift 2
    apt_update "$world"
    mkdir -p "$folder"
    (cd "$folder" && apt-get -c "$APT/$world/apt.conf" download "$@" >"$LOGS/apt-$world.log" 2>&1) ||
        die "No network? Debian packages could not be fetched (details: $LOGS/apt-$world.log). Connect and start again."
}

unpack_debs() {
    local deb
    for deb in "$1"/*.deb; do dpkg-deb -x "$deb" "$2"; done
}

# Prints those of the PACKAGEs that are not installed, neither by name nor as "provided" by another.
missing_packages() {
    local package installed
    command -v dpkg-query >/dev/null || return 0 # not a Debian: trust that the libraries are there
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides},\n' | sed -n 's/^installed//p')
    for package in "$@"; do
        grep -qE "[ ,]$package( |,)" <<<"$installed" || echo "$package"
    done
}

# need_packages PACKAGE...: root gets what is missing, anybody else is told the exact command.
need_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    ((EUID == 0)) || die "System packages are missing: sudo apt-get install ${missing[*]}"
    apt_update own
    DEBIAN_FRONTEND=noninteractive quietly "$LOGS/apt-install.log" \
        apt-get -c "$APT/own/apt.conf" install --yes --no-install-recommends "${missing[@]}" ||
        die "These Debian packages could not be installed (see above): ${missing[*]}"
    rm -f "$APT"/own/cache/archives/*.deb
    say "System packages installed: ${missing[*]}"
}
