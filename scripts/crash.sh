#!/usr/bin/env bash
# Kills a real server, fills its disk, damages its files, and judges what clients saw. See --help.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$scripts")
. "$scripts/lib/broker.sh"
. "$scripts/lib/crash-damage.sh"
. "$scripts/lib/crash-full.sh"
. "$scripts/lib/crash-kill.sh"

usage() {
  cat <<EOT
Usage: scripts/crash.sh kill|full|damage|all [OPTION...]

Puts \`tribunal serve\` under load with \`tribunal workload run mixed\`, does to the process, its disk or its files what the
real world does, and has the checkers judge the history; then \`tribunal log verify\` reads the stopped directory.

  kill      SIGKILL at random moments, over and over, also while it recovers; half of the time with flush.messages=1
  full      a file system of 64 MiB is filled to the brim: under load, over a kill and a start, until retention helps;
            needs \`unshare -rm\` to have one of its own
  damage    segments cut short, flipped bits, caches and checkpoints garbled or gone, after a kill and after a clean stop

  --minutes N   how long \`kill\` goes on (default: 10); the load of \`full\` takes as long, within 20 and 40 s
  --seconds N   the same in seconds
  --seed N      draws the moments of the kills; printed in any case (default: random)
  --folder DIR  where everything goes (default: a temporary folder, kept on failure)

Examples:
  scripts/crash.sh kill --minutes 10
  scripts/crash.sh all --seconds 60 --folder target/crash

Exit code: 0 every promise was kept, 1 one was broken, 2 it could not be tried.
EOT
}

say() { printf '%4d s  %s\n' "$SECONDS" "$1"; }

fail() { # WORDS: it could not be tried
  echo "crash.sh: $1" >&2
  exit 2
}

broken() { # WORDS: a promise was broken; the other cases go on
  echo "BROKEN: $1"
  verdict=1
}

number() { # OPTION VALUE
  [[ ${2:-} =~ ^[0-9]+$ ]] || fail "$1 wants a number"
}

# chance OF: once in so many times.
chance() { [ $((RANDOM % $1)) = 0 ]; }

# nap LEAST MOST: sleeps for a random number of milliseconds in between.
nap() {
  local ms=$(($1 + (RANDOM * 32768 + RANDOM) % ($2 - $1 + 1)))
  sleep "$((ms / 1000)).$(printf '%03d' $((ms % 1000)))"
}

# clean DATA TOLD: the stopped directory is in order; what is said of it goes to a file.
clean() {
  local told=0
  "$tribunal" log verify "$1" >"$2" 2>&1 || told=$?
  [ "$told" != 1 ] || broken "log verify finds problems in $1: see $2"
  [ "$told" -le 1 ] || fail "log verify could not look at $1: see $2"
  say "log verify: $(tail -n 1 "$2")"
}

# no_errors LOG: the server never said that something is wrong with its disk or with itself.
no_errors() {
  local lines
  lines=$(grep -cE '(^|[^a-z])(error|fatal|panicked)' "$1" || true)
  [ "$lines" = 0 ] || broken "the server tells of $lines errors: see $1"
}

case ${1:-} in
kill | full | damage | all) command=$1 && shift ;;
-h | --help) usage && exit ;;
'') usage && exit 2 ;;
*) fail "unknown case $1: see --help" ;;
esac
seconds=600 seed=$RANDOM folder=
while [ $# -gt 0 ]; do
  case $1 in
  --minutes) number "$1" "${2:-}" && seconds=$(($2 * 60)) && shift ;;
  --seconds) number "$1" "${2:-}" && seconds=$2 && shift ;;
  --seed) number "$1" "${2:-}" && seed=$2 && shift ;;
  --folder) [ -n "${2:-}" ] || fail "--folder wants a folder" && folder=$2 && shift ;;
  -h | --help) usage && exit ;;
  *) fail "unknown option $1: see --help" ;;
  esac
  shift
done
[ -n "${CRASH_INSIDE:-}" ] || broker_build "$root" || fail "the build failed"
kept=$folder
folder=${folder:-$(mktemp -d)}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# A build meanwhile must not change what is tried.
[ -n "${CRASH_INSIDE:-}" ] || cp "$tribunal" "$folder/tribunal"
tribunal=$folder/tribunal
port=$((20000 + RANDOM % 10000))
bootstrap=127.0.0.1:$port
RANDOM=$seed
verdict=0 load=
trap 'broker_end KILL; [ -z "$load" ] || kill "$load" 2>/dev/null || true' EXIT

say "$command, with --seed $seed"
case $command in
kill) crash_kill ;;
full) crash_full ;;
damage) crash_damage ;;
all)
  # One after the other, not with &&, inside of which bash goes on after an error.
  crash_kill
  crash_full
  crash_damage
  ;;
esac
[ -z "${CRASH_INSIDE:-}" ] || exit "$verdict"
if [ "$verdict" = 0 ] && [ -z "$kept" ]; then rm -rf "$folder"; else echo "kept: $folder"; fi
[ "$verdict" = 0 ] && echo "PASS" || echo "FAIL"
exit "$verdict"
