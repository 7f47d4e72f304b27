#!/bin/sh
# Run xuncha in a container; after exit 65 stay, instead of being started again. `docker-compose.yml` says why.
#
# A held container does nothing, and its health check fails by the file below. `docker compose restart SERVICE` goes on.
# Every other exit code is handed on, and so is the signal of `docker stop`.
set -u
POISON=65
mark=${TMPDIR:-/tmp}/xuncha-held
child='' asked='' told='' signalled='' with=TERM

# shellcheck disable=SC2317 # called by the trap
stop() {
    asked=yes signalled=yes
    [ -n "$child" ] && [ -z "$told" ] || return 0
    told=yes # once: a second signal would find a program that is about to end, and cut that off
    kill "-$with" "$child" 2>/dev/null
}

# A signal ends `wait` before the child has ended, with a code of its own: then wait again. 127: the first was right.
await_child() {
    code=127
    while :; do
        signalled=''
        wait "$child"
        ended=$?
        [ "$ended" -eq 127 ] || code=$ended
        [ -n "$signalled" ] || break
    done
    child=''
}

trap stop TERM INT
rm -f "$mark"
xuncha "$@" &
child=$!
[ -z "$asked" ] || stop
await_child
[ "$code" -eq $POISON ] && [ -z "$asked" ] || exit "$code"

: >"$mark"
echo '{"level": "error", "event": "held: exit 65, a person has to look; see the lines above and' \
    '`xuncha dead-letters list`, then docker compose restart this service"}' >&2
with=KILL # a new child still has this shell's handler for a moment, which would swallow a TERM; sleep needs no goodbye
while [ -z "$asked" ]; do
    sleep 3600 &
    child=$!
    [ -z "$asked" ] || stop
    await_child
done
exit $POISON
