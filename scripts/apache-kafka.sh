#!/usr/bin/env bash
# Runs a real Apache Kafka on this machine, for questions and comparisons. See --help.
set -euo pipefail

VERSION=4.3.1
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$scripts/lib/maven.sh"

usage() {
  cat <<EOT
Usage: scripts/apache-kafka.sh COMMAND FOLDER [OPTION...]

Runs Apache Kafka $VERSION, one node or three, as separate processes on 127.0.0.1. Everything that it writes is in
FOLDER (node N's data in FOLDER/N/data, its output in FOLDER/N/output.log), but for the jars: they come from
Maven once and are shared.

  start FOLDER [--nodes 1|3] [--port PORT] [--set KEY=VALUE]...
        Starts what is not running and prints the bootstrap addresses when all nodes answer. The first start
        formats the data; a later one takes it up again, with the nodes and ports of the first.
        Node N listens on PORT + 10 (N-1), default 29092, its controller on the port after that.
        --set adds a line to every node's server.properties; it holds until --set is given again.
  stop FOLDER            Ends all nodes in an orderly way (by force after 20 s).
  kill FOLDER NODE       Ends one node as a power switch would (SIGKILL). \`start\` brings it back.
  jars                   Fetches the jars if need be and prints their folder.

Environment: KAFKA_JARS (folder of the jars, default .clients/apache-kafka-$VERSION in the repository),
KAFKA_HEAP (of each node, default 512m). Needs java 17 or later and mvn.
EOT
}

fail() {
  echo "apache-kafka.sh: $1" >&2
  exit 2
}

jars=${KAFKA_JARS:-$(dirname "$scripts")/.clients/apache-kafka-$VERSION}
fetch() {
  local missing
  missing=$(java_missing)
  [ -z "$missing" ] || fail "$missing"
  mkdir -p "$(dirname "$jars")"
  maven_jars "$jars" "org.apache.kafka:kafka_2.13:$VERSION" "org.apache.kafka:kafka-tools:$VERSION" \
    org.apache.logging.log4j:log4j-slf4j-impl:2.25.1 >&2 || exit 2
}

running() { [ -e "$folder/$1/pid" ] && kill -0 "$(cat "$folder/$1/pid")" 2>/dev/null; }
client_port() { echo $((port + 10 * ($1 - 1))); }

# The settings of one node: combined broker and controller, replication as far as there are nodes.
properties() {
  local node=$1 own replicas voters= n
  own=$(client_port "$node")
  replicas=$nodes
  for n in $(seq "$nodes"); do voters+="${voters:+,}$n@127.0.0.1:$(($(client_port "$n") + 1))"; done
  cat <<EOT
node.id=$node
process.roles=broker,controller
controller.quorum.voters=$voters
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
listeners=PLAINTEXT://127.0.0.1:$own,CONTROLLER://127.0.0.1:$((own + 1))
log.dirs=$folder/$node/data
default.replication.factor=$replicas
offsets.topic.replication.factor=$replicas
transaction.state.log.replication.factor=$replicas
transaction.state.log.min.isr=$(((replicas + 1) / 2))
group.initial.rebalance.delay.ms=0
EOT
  if [ -e "$folder/settings" ]; then cat "$folder/settings"; fi
}

java_class() {
  java -Dlog4j2.configurationFile="file:$folder/log4j2.properties" "$@"
}

launch() {
  local node=$1 home=$folder/$1
  mkdir -p "$home"
  properties "$node" >"$home/server.properties"
  if [ ! -e "$home/data/meta.properties" ]; then
    java_class -cp "$jars/*" kafka.tools.StorageTool format --cluster-id "$id" --config "$home/server.properties" \
      >"$home/output.log" 2>&1 || { cat "$home/output.log" >&2; fail "the data of node $node could not be formatted"; }
  fi
  # A session of its own: a Ctrl-C meant for the caller does not end the node behind the caller's back.
  # The flags are Kafka's own.
  setsid java -Xms"${KAFKA_HEAP:-512m}" -Xmx"${KAFKA_HEAP:-512m}" -server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 \
    -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent -Dlog4j2.configurationFile="file:$folder/log4j2.properties" \
    -cp "$jars/*" kafka.Kafka "$home/server.properties" >>"$home/output.log" 2>&1 </dev/null &
  echo $! >"$home/pid"
}

await() {
  local node=$1 own
  own=$(client_port "$node")
  for _ in $(seq 600); do
    (exec 3<>"/dev/tcp/127.0.0.1/$own") 2>/dev/null && return
    running "$node" || { tail -n 20 "$folder/$node/output.log" >&2; fail "node $node ended while starting: see $folder/$node/output.log"; }
    sleep 0.1
  done
  fail "node $node does not listen on port $own after 60 s: see $folder/$node/output.log"
}

start() {
  local node bootstrap= settings=
  nodes=1 port=29092
  while [ $# -gt 0 ]; do
    case $1 in
    --nodes) nodes=${2:?--nodes 1 or 3} ;;
    --port) port=${2:?--port PORT} ;;
    --set) settings+="${2:?--set KEY=VALUE}"$'\n' ;;
    *) fail "start does not know $1: see --help" ;;
    esac
    shift 2
  done
  [ "$nodes" = 1 ] || [ "$nodes" = 3 ] || fail "one node or three, not $nodes"
  fetch
  mkdir -p "$folder"
  if [ -n "$settings" ]; then printf '%s' "$settings" >"$folder/settings"; fi
  printf '%s\n' rootLogger.level=warn rootLogger.appenderRef.out.ref=out appender.out.type=Console appender.out.name=out \
    appender.out.layout.type=PatternLayout 'appender.out.layout.pattern=%d %p %c: %m%n' >"$folder/log4j2.properties"
  if [ -e "$folder/cluster" ]; then
    read -r nodes port id <"$folder/cluster"
  else
    id=$(java_class -cp "$jars/*" kafka.tools.StorageTool random-uuid | tail -n 1)
    echo "$nodes $port $id" >"$folder/cluster"
  fi
  for node in $(seq "$nodes"); do running "$node" || launch "$node"; done
  for node in $(seq "$nodes"); do
    await "$node"
    bootstrap+="${bootstrap:+,}127.0.0.1:$(client_port "$node")"
  done
  echo "$bootstrap"
}

stop() {
  local file pid
  for file in "$folder"/[0-9]*/pid; do
    [ -e "$file" ] && kill "$(cat "$file")" 2>/dev/null || true
  done
  for file in "$folder"/[0-9]*/pid; do
    [ -e "$file" ] || continue
    pid=$(cat "$file")
    for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
    rm -f "$file"
  done
}

case ${1:-} in
start | stop | kill)
  [ $# -ge 2 ] || fail "$1 of which FOLDER? See --help"
  command=$1 folder=$(realpath -m "$2")
  shift 2
  case $command in
  start) start "$@" ;;
  stop) stop ;;
  kill)
    node=${1:-1}
    running "$node" || fail "node $node of $folder is not running"
    kill -9 "$(cat "$folder/$node/pid")"
    rm -f "$folder/$node/pid"
    ;;
  esac
  ;;
jars) fetch && echo "$jars" ;;
-h | --help) usage ;;
*) usage >&2; exit 2 ;;
esac
