# The checks of the command line programs; sourced, not run.
# Each prints one line; a failed one also what the command printed.

set -uo pipefail

: "${NATS_URL:?the servers, comma separated}"
export NATS_URL
export NATS_TIMEOUT=${NATS_TIMEOUT:-10s}
REPLICAS=${REPLICAS:-1}
on_terminal=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/on-terminal
PATH=${TIDEMARK_CLIENTS:-$HOME/.cache/tidemark-clients}/bin:$PATH
XDG_CONFIG_HOME=$(mktemp -d)
export XDG_CONFIG_HOME
work=$(mktemp -d)
passed=0
failed=0
started=()

# Every command has an end, whatever the server does.
bounded() {
    timeout --kill-after=2 "${BOUND_SECONDS:-30}" "$@" </dev/null
}

pass() {
    passed=$((passed + 1))
    echo "ok    $1"
}

fail() {
    failed=$((failed + 1))
    echo "FAIL  $1"
    sed 's/^/      | /' <<<"$2"
}

# check NAME COMMAND...: the command succeeds.
check() {
    local name=$1 out
    shift
    if out=$(bounded "$@" 2>&1); then pass "$name"; else fail "$name" "exit $?: $* :: $out"; fi
}

# expect NAME REGEX COMMAND...: it succeeds and a line of what it prints matches.
expect() {
    local name=$1 regex=$2 out rc=0
    shift 2
    out=$(bounded "$@" 2>&1) || rc=$?
    if [[ $rc -eq 0 ]] && grep -qE -- "$regex" <<<"$out"; then
        pass "$name"
    else
        fail "$name" "exit $rc, wanted /$regex/: $* :: $out"
    fi
}

# refuse NAME REGEX COMMAND...: it fails and says so.
refuse() {
    local name=$1 regex=$2 out rc=0
    shift 2
    out=$(bounded "$@" 2>&1) || rc=$?
    if [[ $rc -ne 0 && $rc -ne 124 ]] && grep -qE -- "$regex" <<<"$out"; then
        pass "$name"
    else
        fail "$name" "exit $rc, wanted a failure with /$regex/: $* :: $out"
    fi
}

# json NAME EXPRESSION COMMAND...: it prints JSON of which the Python expression over d is true.
json() {
    local name=$1 expression=$2 out rc=0
    shift 2
    out=$(bounded "$@" 2>"$work/stderr") || rc=$?
    if [[ $rc -eq 0 ]] && python3 -c '
import json, sys
text = sys.stdin.read()
d = json.loads(text[text.index("{"):])
sys.exit(0 if eval("(" + sys.argv[1] + ")") else 1)' "$expression" <<<"$out" 2>>"$work/stderr"; then
        pass "$name"
    else
        fail "$name" "exit $rc, wanted $expression: $* :: $out $(cat "$work/stderr")"
    fi
}

# eventually NAME EXPRESSION COMMAND...: as json, tried again for up to ten seconds.
eventually() {
    local name=$1 expression=$2 out deadline=$((SECONDS + 10))
    shift 2
    while true; do
        out=$(bounded "$@" 2>&1) || true
        if python3 -c '
import json, sys
text = sys.stdin.read()
d = json.loads(text[text.index("{"):])
sys.exit(0 if eval("(" + sys.argv[1] + ")") else 1)' "$expression" <<<"$out" 2>/dev/null; then
            pass "$name"
            return
        fi
        if ((SECONDS >= deadline)); then
            fail "$name" "after 10 s still not $expression: $* :: $out"
            return
        fi
        sleep 0.2
    done
}

# background FILE COMMAND...: starts it with its output in $work/FILE; $! is its process.
background() {
    local file=$1
    shift
    timeout --kill-after=2 30 "$@" </dev/null >"$work/$file" 2>&1 &
    started+=($!)
}

# saw NAME REGEX FILE: within ten seconds a line of the file matches.
saw() {
    local name=$1 regex=$2 file=$work/$3 deadline=$((SECONDS + 10))
    until grep -qE -- "$regex" "$file" 2>/dev/null; do
        if ((SECONDS >= deadline)); then
            fail "$name" "no /$regex/ in: $(cat "$file")"
            return
        fi
        sleep 0.05
    done
    pass "$name"
}

# gone STREAM...: removes what an earlier run may have left.
gone() {
    local stream
    for stream in "$@"; do
        bounded nats stream rm "$stream" -f >/dev/null 2>&1 || true
    done
}

# finish: ends what was started here, the summary, the exit code.
finish() {
    local pid
    for pid in "${started[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    rm -rf "$work" "$XDG_CONFIG_HOME"
    echo "$passed passed, $failed failed"
    [[ $failed -eq 0 ]]
}
