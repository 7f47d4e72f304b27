#!/usr/bin/env bash
# One Kafka node for development and tests, from Apache's own jars. `kafka.sh help` says how it is used.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
STORE=$(cd "$HERE/../.." && pwd)/.kafka
JARS=$STORE/jars-$(cksum <"$HERE/pom.xml" | cut -d' ' -f1)
READY='Kafka Server started'
READY_WITHIN_S=120
STOP_WITHIN_S=60
# A node here lives for minutes: to compile its hot code a second time, or to collect garbage on several threads, takes
# half of its processor time. Who measures a broker that lives for long says otherwise.
JVM=${KAFKA_JVM:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC}
MISSING=69 # exit code: Java or Maven is not there

usage() {
    cat <<'TEXT'
kafka.sh start  [--data DIR] [--port N] [--controller-port N] [--owner PID]
kafka.sh stop   [--data DIR]
kafka.sh status [--data DIR]
kafka.sh jars

start   format the folder if it is new, start the node, wait until it answers; does nothing if it runs
stop    end the node of the folder, kill it if it does not end
status  exit 0 if the node of the folder runs, 1 if not
jars    only fetch Kafka's jars, which start does by itself: once, by Maven, into .kafka

--data             folder of the node: its log, settings, process id (default .kafka/data)
--port             port of the broker on 127.0.0.1 (default 9092)
--controller-port  port of the controller on 127.0.0.1 (default 9093)
--owner            kill the node when this process is gone

KAFKA_JVM in the environment: options of Java in place of those for a short life (-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)

Exit codes: 0 done, 1 not done, 2 wrong use, 69 Java or Maven is missing.
TEXT
}

fail() {
    echo "kafka.sh: $2" >&2
    exit "$1"
}

need() {
    command -v "$1" >/dev/null || fail $MISSING "$1 is missing: install $2"
}

# The folder of the jars is named by the pom, so that a new version is fetched and an old one is never mixed in.
# It gets its name when it is whole; of two that fetch at once, the first is taken.
fetch_jars() {
    need java 'a Java runtime, 17 or later'
    [ -d "$JARS" ] && return
    need mvn 'Maven, which fetches the jars of Kafka'
    mkdir -p "$STORE"
    local new
    new=$(mktemp -d "$STORE/fetching.XXXXXX")
    if ! mvn -q -B -f "$HERE/pom.xml" dependency:copy-dependencies -DoutputDirectory="$new" >"$new/mvn.log" 2>&1; then
        tail -n 20 "$new/mvn.log" >&2
        rm -rf "$new"
        fail 1 "Maven could not fetch the jars of Kafka; see above"
    fi
    [ -d "$JARS" ] || mv "$new" "$JARS"
    rm -rf "$new"
}

# Java's own archive of loaded classes: the first node that is stopped in order writes it, later ones start with less
# than half the work. Java passes over one that does not fit.
archive_option() {
    rm -f "$data/classes.jsa"
    if [ -f "$JARS.jsa" ]; then
        echo "-XX:SharedArchiveFile=$JARS.jsa"
    else
        echo "-XX:ArchiveClassesAtExit=$data/classes.jsa"
    fi
}

keep_archive() {
    [ -f "$data/classes.jsa" ] || return 0
    mv "$data/classes.jsa" "$STORE/classes.$$"
    mv "$STORE/classes.$$" "$JARS.jsa"
}

# The process of the pid file, empty if it is gone or the number now belongs to another program.
running_pid() {
    local pid
    pid=$(cat "$data/broker.pid" 2>/dev/null) || return 0
    case $(ps -ww -o args= -p "${pid:-0}" 2>/dev/null) in
    *"kafka.Kafka $data/server.properties"*) echo "$pid" ;;
    esac
}

write_settings() {
    {
        cat "$HERE/server.properties"
        echo "listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port"
        echo "controller.quorum.voters=1@127.0.0.1:$controller_port"
        echo "log.dirs=$data/log"
    } >"$data/server.properties"
}

format_once() {
    [ -f "$data/log/meta.properties" ] && return
    local archive=()
    [ ! -f "$JARS.jsa" ] || archive=("-XX:SharedArchiveFile=$JARS.jsa")
    local id # 16 random bytes as Kafka writes them; without a dash, which would read as an option
    id=$(head -c 16 /dev/urandom | base64 | tr '+/' 'ab' | cut -c1-22)
    # shellcheck disable=SC2086 # several options
    if ! java $JVM ${archive[@]+"${archive[@]}"} -cp "$JARS/*" kafka.tools.StorageTool format --ignore-formatted -t "$id" \
        -c "$data/server.properties" >"$data/format.log" 2>&1; then
        tail -n 5 "$data/format.log" >&2
        fail 1 "$data could not be formatted; see $data/format.log"
    fi
}

# The broker goes when its owner goes, however the owner ended.
watch_owner() {
    while kill -0 "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do sleep 1; done
    kill -KILL "$2" 2>/dev/null || true
}

start() {
    local pid
    fetch_jars
    mkdir -p "$data"
    data=$(cd "$data" && pwd)
    pid=$(running_pid)
    if [ -n "$pid" ]; then
        echo "Kafka runs already: process $pid, folder $data"
        return
    fi
    write_settings
    format_once
    : >"$data/broker.log"
    # shellcheck disable=SC2086 # several options
    nohup java -Xmx512m $JVM -XX:+ExitOnOutOfMemoryError -Dorg.apache.logging.log4j.level=INFO \
        "$(archive_option)" -cp "$JARS/*" kafka.Kafka "$data/server.properties" >>"$data/broker.log" 2>&1 </dev/null &
    pid=$!
    echo "$pid" >"$data/broker.pid"
    SECONDS=0
    until grep -q "$READY" "$data/broker.log"; do
        if ! kill -0 "$pid" 2>/dev/null; then
            rm -f "$data/broker.pid"
            grep -E '^(Caused by|Exception|Error)| (ERROR|FATAL) ' "$data/broker.log" | tail -n 3 >&2 || true
            fail 1 "Kafka ended while it started; see $data/broker.log"
        fi
        if [ "$SECONDS" -ge $READY_WITHIN_S ]; then
            kill -KILL "$pid"
            rm -f "$data/broker.pid"
            fail 1 "Kafka was not ready within $READY_WITHIN_S s; see $data/broker.log"
        fi
        sleep 0.1
    done
    if [ -n "$owner" ]; then watch_owner "$owner" "$pid" >/dev/null 2>&1 </dev/null & fi
    echo "Kafka is ready at 127.0.0.1:$port: process $pid, folder $data"
}

stop() {
    local pid killed=
    pid=$(running_pid)
    if [ -z "$pid" ]; then
        echo "Kafka does not run in $data"
        return
    fi
    kill "$pid"
    SECONDS=0
    while [ -n "$(running_pid)" ]; do
        if [ "$SECONDS" -ge $STOP_WITHIN_S ]; then
            killed=yes
            kill -KILL "$pid" 2>/dev/null || true
        fi
        sleep 0.1
    done
    [ -n "$killed" ] || keep_archive
    rm -f "$data/broker.pid"
    echo "Kafka is stopped: process $pid, folder $data"
}

status() {
    local pid
    pid=$(running_pid)
    [ -n "$pid" ] || fail 1 "Kafka does not run in $data"
    echo "Kafka runs: process $pid, $(grep '^listeners=' "$data/server.properties"), folder $data"
}

data=$STORE/data port=9092 controller_port=9093 owner=
action=${1:-help}
[ $# -eq 0 ] || shift
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail 2 "$1 needs a value; see $0 help"
    case $1 in
    --data) data=$2 ;;
    --port) port=$2 ;;
    --controller-port) controller_port=$2 ;;
    --owner) owner=$2 ;;
    *) fail 2 "no option $1; see $0 help" ;;
    esac
    shift 2
done
if [ -d "$data" ]; then data=$(cd "$data" && pwd); fi

case $action in
start) start ;;
stop) stop ;;
status) status ;;
jars) fetch_jars && echo "$JARS" ;;
help | -h | --help) usage ;;
*) fail 2 "no action $action; see $0 help" ;;
esac
