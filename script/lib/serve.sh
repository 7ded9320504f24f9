# The demo's server and the mail sink beside it. Sourced, never run.
# shellcheck shell=bash disable=SC2034 # the scripts read SERVE

DEMO=${DEMO:-mahnwesen_demo} # another name keeps a second demo company beside the first
DEMO_OUT=$REPO/demo-out

# Shared options of script/demo and script/server; sets PORT and SERVE.
read_serve_options() {
    PORT=8069
    SERVE=1
    while (($#)); do
        case $1 in
        --port)
            [[ ${2:-} =~ ^[0-9]{1,5}$ && $2 -gt 0 && $2 -lt 65536 ]] || die "--port needs a number, for example --port 8070"
            PORT=$2
            shift
            ;;
        --no-serve) SERVE= ;;
        *) die "Unknown option $1. There are: --port N, --no-serve" ;;
        esac
        shift
    done
}

port_must_be_free() {
    "$PYTHON" - "$PORT" 2>/dev/null <<'END' || die "Port $PORT is in use: stop what listens there, or choose another one with --port N"
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
END
}

demo_must_be_idle() {
    [[ -z $(sql "SELECT 1 FROM pg_stat_activity WHERE datname = '$DEMO' LIMIT 1") ]] ||
        die "A server runs on $DEMO: stop it first (Ctrl-C in its window)."
}

# Starts the mail sink; sets SINK (process id) and MAIL (options for Odoo). It ends with this script.
start_sink() {
    local port_file=$CLONE_DIR/sink.port
    rm -f "$port_file"
    "$PYTHON" "$LIB/mail_sink.py" "$DEMO_OUT/mails" "$port_file" >"$LOGS/mail-sink.log" 2>&1 &
    SINK=$!
    trap 'kill "$SINK" 2>/dev/null || true' EXIT
    for _ in {1..100}; do
        [[ ! -s $port_file ]] || break
        sleep 0.1
    done
    [[ -s $port_file ]] || die "The mail sink did not start: $(tail -n 1 "$LOGS/mail-sink.log")"
    MAIL=(--smtp 127.0.0.1 --smtp-port "$(<"$port_file")")
}

# Starts the server; sets SERVER (process id). Returns when it answers.
start_server() {
    "${ODOO[@]}" --database "$DEMO" --db-filter "^$DEMO\$" --http-port "$PORT" "${MAIL[@]}" >"$LOGS/server.log" 2>&1 &
    SERVER=$!
    until "$PYTHON" -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])))' "$PORT" 2>/dev/null; do
        kill -0 "$SERVER" 2>/dev/null || die "The server did not start: $(tail -n 1 "$LOGS/server.log")"
        sleep 0.2
    done
}

# Starts the server and stays with it until it ends.
serve() {
    local status=0
    trap 'kill "${SERVER:-}" 2>/dev/null || true' INT TERM
    start_server
    say "The server runs; its log: $LOGS/server.log. Stop it with Ctrl-C."
    printf '\nhttp://localhost:%s/odoo   (password = login)\n' "$PORT"
    cat "$DEMO_OUT/logins.txt" 2>/dev/null || true
    wait "$SERVER" || status=$?
    wait "$SERVER" 2>/dev/null || true # a signal ends the first wait early
    ((status == 0 || status > 128)) || die "The server stopped: $(tail -n 1 "$LOGS/server.log")"
    say "The server stopped"
}
