#!/usr/bin/env bash
# Has Apache Kafka's own DumpLogSegments read a data directory, and fails on whatever it complains of. See --help.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$scripts/lib/maven.sh"

usage() {
  cat <<EOT
Usage: scripts/kafka-tools.sh DATA [OPTION...]

Reads every segment, index, snapshot and checkpoint of the data directory DATA with Apache Kafka's DumpLogSegments
and prints what each partition holds. Exit code: 0 all is well, 1 the tool complains or a count differs, 2 it could
not run. The server should be stopped. Each time it proves on copies that a single changed byte is noticed.

  --expect TOPIC-PARTITION=COUNT  the partition holds so many records (control records apart); may be repeated
  -o text|json                    form of the answer (default: text)

Environment: KAFKA_JARS, as scripts/apache-kafka.sh has it. Needs a JDK of version 17 or later, and mvn.
EOT
}

fail() {
  echo "kafka-tools.sh: $1" >&2
  exit 2
}

data= form=text expected=()
while [ $# -gt 0 ]; do
  case $1 in
  --expect)
    [[ ${2:-} =~ ^[A-Za-z0-9._-]+-[0-9]+=[0-9]+$ ]] || fail "--expect wants TOPIC-PARTITION=COUNT, not '${2:-}'"
    expected+=("$2")
    shift
    ;;
  -o)
    [ "${2:-}" = text ] || [ "${2:-}" = json ] || fail "-o text or -o json"
    form=$2
    shift
    ;;
  -h | --help) usage && exit ;;
  -*) fail "unknown option $1: see --help" ;;
  *)
    [ -z "$data" ] || fail "one data directory, not also $1"
    data=$1
    ;;
  esac
  shift
done
[ -n "$data" ] || { usage >&2; exit 2; }
[ -d "$data" ] || fail "$data is not a directory"
missing=$(java_missing compiler)
[ -z "$missing" ] || fail "$missing"
jars=$("$scripts/apache-kafka.sh" jars) || exit 2

# The tools log through Log4j; what they have to say of the data is not said there.
exec java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlog4j2.level=OFF -cp "$jars/*" \
  "$scripts/lib/DumpSegments.java" "$form" "$data" "${expected[@]}"
