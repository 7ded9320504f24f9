# Adding up checks: "N passed, N failed". Sourced, never run.
# shellcheck shell=bash

PASSED=0 FAILED=0

# tally TITLE COMMAND...: runs a command whose last line is "N passed, N failed", shows what it printed, adds it up.
# A command that ends without such a line counts as one failure.
tally() {
    local title=$1 output last
    shift
    output=$("$@" 2>&1) || true
    last=$(tail -n 1 <<<"$output")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        ((PASSED += BASH_REMATCH[1], FAILED += BASH_REMATCH[2])) || true
        sed '$d' <<<"$output"
    else
        ((++FAILED))
        printf '%s\n' "$output"
        last="0 passed, 1 failed"
    fi
    say "$title: $last"
}

# check TITLE COMMAND...: one check; its output is shown only if it fails.
check() {
    local title=$1 output
    shift
    if output=$("$@" 2>&1); then
        ((++PASSED))
        say "$title: ok"
    else
        ((++FAILED))
        printf '%s\n' "$output"
        say "$title: failed"
    fi
}

# Prints the closing line and ends the script accordingly.
finish() {
    printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
    ((FAILED == 0 && PASSED > 0))
    exit
}
