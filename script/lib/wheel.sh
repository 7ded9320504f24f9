# The addons as wheels. Sourced, never run.
# shellcheck shell=bash

# build_wheel FOLDER: makes a wheel of each addon in FOLDER, of what git knows of it.
build_wheel() {
    quietly "$LOGS/wheel-build.log" "$PYTHON" -m pip wheel --no-deps --no-build-isolation --no-index --wheel-dir "$1" \
        "$REPO/$ADDON" "${GLUE[@]/#/$REPO/}"
}

# Names the addons' files that a forgotten `git add` keeps out of the wheel.
left_out() { git -C "$REPO" ls-files --others --exclude-standard "$ADDON" "${GLUE[@]}" | sed 's/^/Not in git, so not in the wheel: /'; }

# install_wheel FOLDER SITE: puts the wheels from FOLDER into SITE, a folder as Python's own site-packages.
install_wheel() {
    quietly "$LOGS/wheel-install.log" "$PYTHON" -m pip install --no-deps --no-index --target "$2" "$1"/*.whl
}
