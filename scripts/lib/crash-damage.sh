# Sourced by crash.sh. Files of a stopped directory are damaged; exactly what was damaged may be missing afterwards.
# shellcheck shell=bash

crash_damage() {
  local origin
  place=$folder/damage data=$folder/damage/data
  damage_begin
  damage_case "the last segment is cut short after a kill" killed cut_last lost
  damage_case "the last segment is cut short after a clean stop" clean cut_last damaged
  damage_case "a bit flips in the last segment after a clean stop" clean flip_last
  damage_case "a bit flips in the last segment after a kill" killed flip_last
  for origin in killed clean; do
    damage_case "a sealed segment is cut short, $origin" "$origin" cut_sealed
    damage_case "a bit flips in a sealed segment, $origin" "$origin" flip_sealed
    damage_case "caches are garbled, $origin" "$origin" garble_caches
    damage_case "caches are gone, $origin" "$origin" remove_caches
    damage_case "checkpoints are garbled, $origin" "$origin" garble_checkpoints
    damage_case "checkpoints are gone, $origin" "$origin" remove_checkpoints
    damage_repaired "caches are garbled and repaired, $origin" "$origin" garble_caches data
    damage_repaired "caches are gone and repaired, $origin" "$origin" remove_caches data
    damage_repaired "a log is cut at a flipped bit, $origin" "$origin" flip_sealed partition
  done
}

# damage_begin: a load over several segments, and its directory as a kill and as a clean stop leave it.
damage_begin() {
  mkdir -p "$place"
  say "damage: a load of several segments"
  broker_start "$data" "$port" "$place/load-server.log" || fail "the server does not answer: see $place/load-server.log"
  "$tribunal" workload run mixed --bootstrap "$bootstrap" --requests 3000 --history "$place/history.jsonl" \
    --set topic_prefix=damage --set 'topic_configs=[["internal.segment.bytes","65536"],["index.interval.bytes","1024"]]' \
    >"$place/verdict.txt" 2>"$place/load.log" || fail "damage: $(tail -n 3 "$place/load.log" "$place/verdict.txt")"
  broker_end KILL
  cp -a "$data" "$place/killed"
  broker_start "$data" "$port" "$place/load-server.log" || broken "damage: it does not answer after a kill"
  broker_end TERM
  mv "$data" "$place/clean"
  victim=$(longest_last)
}

# longest_last: the partition whose last segment is the longest, so that there are batches behind a damaged one.
longest_last() {
  local partition
  for partition in damage-0-0 damage-0-1 damage-1-0 damage-1-1; do
    echo "$(find "$place/killed/$partition" -name '*.log' | sort | tail -n 1 | xargs stat -c %s) $partition"
  done | sort -n | tail -n 1 | cut -d ' ' -f 2
}

# damage_case WORDS ORIGIN FUNCTION [ARGUMENT]: damages a copy, looks at it, starts on it, reads everything, stops.
damage_case() {
  local words=$1 origin=$2 told=0
  files=() flags=() excused=0 lines=()
  log=$place/server.log
  rm -rf "$data" "$log"
  cp -a "$place/$origin" "$data"
  "$3" "${4:-}"
  "$tribunal" log verify "$data" >"$place/verify.txt" 2>&1 || told=$?
  [ "$told" = 1 ] || wrong "log verify sees nothing"
  expect "$place/verify.txt" "${files[@]}"
  broker_start "$data" "$port" "$log" || { wrong "it does not start"; return 0; }
  damage_judged
  expect "$log" "${lines[@]}"
  echo one more | "$tribunal" produce --bootstrap "$bootstrap" --topic "${victim%-*}" --partition "${victim##*-}" >"$place/produce.txt" 2>&1 ||
    wrong "no record is taken any more"
  broker_end TERM
  damage_afterwards
  say "damage: $words: $excused records are missing, as they must"
}

# damage_repaired WORDS ORIGIN FUNCTION data|partition: damages a copy and has it repaired; nothing is to be found then. A
# partition is cut: what stood behind the damage may be missing.
damage_repaired() {
  local words=$1 repair=("$data" --write)
  files=() flags=() excused=0 lines=()
  log=$place/server.log
  rm -rf "$data" "$log"
  cp -a "$place/$2" "$data"
  "$3"
  if [ "$4" = partition ]; then
    repair=("$data/$victim" --write --truncate-at-damage)
    flags=(--lost-from "$victim:$base")
    excused=1
  fi
  "$tribunal" log repair "${repair[@]}" >"$place/repair.txt" 2>&1 || wrong "log repair leaves something"
  expect "$place/repair.txt" "${files[@]}"
  "$tribunal" log verify "$data" >"$place/verify.txt" 2>&1 || wrong "log verify finds something after a repair"
  broker_start "$data" "$port" "$log" || { wrong "it does not start"; return 0; }
  damage_judged
  broker_end TERM
  damage_afterwards
  say "damage: $words: $(tail -n 1 "$place/repair.txt")"
}

# damage_judged: the checkers know of the damage, and of nothing else.
damage_judged() {
  local found told=0
  "$tribunal" workload read "$place/history.jsonl" --bootstrap "$bootstrap" "${flags[@]}" >"$place/read.txt" 2>&1 || told=$?
  [ "$told" = 0 ] || wrong "the checkers say $(grep -m 1 -A 1 -E 'VIOLATION|INCOMPLETE|error' "$place/read.txt" | tr '\n' ' ')"
  found=$(awk '/^excused / { sum += $2 } END { print sum + 0 }' "$place/read.txt")
  [ "$found" -ge "$excused" ] || wrong "$excused records are damaged, and $found excuses were needed"
}

# damage_afterwards: once it was stopped in good order, nothing but the damage is left to be found.
damage_afterwards() {
  local told=0
  "$tribunal" log verify "$data" >"$place/verify-after.txt" 2>&1 || told=$?
  if [ "$excused" = 0 ] || [ "${flags[0]}" = --lost-from ]; then
    [ "$told" = 0 ] || wrong "something is left: $(head -n 1 "$place/verify-after.txt")"
  fi
}

wrong() { # WORDS: the case keeps what it has
  local kept
  kept=$place/broken-$((SECONDS))-$RANDOM
  broken "damage: $words: $1: see $kept"
  mkdir -p "$kept"
  cp -a "$place"/*.txt "$kept"
  [ ! -e "$log" ] || cp "$log" "$kept"
}

expect() { # FILE TEXT...
  local file=$1 text
  shift
  for text in "$@"; do
    grep -qF "$text" "$file" || wrong "$(basename "$file") does not say \"$text\""
  done
}

# segment NUMBER: the path of a segment of the victim, in order; -1 is the last one.
segment() {
  find "$data/$victim" -name '*.log' | sort | if [ "$1" = -1 ]; then tail -n 1; else sed -n "$1p"; fi
}

# batch SEGMENT NUMBER: sets base, last, position and size of a batch; negative numbers count from the end.
batch() {
  local line
  line=$("$tribunal" log dump "$1" | grep '^ *base-offset' | if [ "$2" -lt 0 ]; then tail -n "${2#-}" | sed -n 1p; else sed -n "$2p"; fi)
  read -r _ base _ last _ _ _ position _ size _ <<<"$line"
}

flip() { # FILE BYTE: one bit of it
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1")
  # shellcheck disable=SC2059 # the format is the byte
  printf "\\x$(printf '%02x' $((byte ^ 16)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# damaged FILE FIRST LAST BYTE: what has to be said of it, and what may be missing.
damaged() {
  flags+=(--damaged "$victim:$2..$3")
  excused=$((excused + $3 - $2 + 1))
  files+=("$1, byte $4")
  lines+=("$1 is damaged at byte $4: offsets $2 to $3 ")
}

cut_last() { # lost|damaged
  local file end
  file=$(segment -1)
  batch "$file" -1
  end=$last
  batch "$file" -4
  truncate -s $((position + size / 2)) "$file"
  if [ "$1" = damaged ]; then
    damaged "$file" "$base" "$end" "$position"
  else
    flags+=(--lost-from "$victim:$base")
    excused=$((end - base + 1))
    files+=("$file, byte $position")
    lines+=("were cut off its end")
  fi
}

flip_last() {
  local file
  file=$(segment -1)
  batch "$file" 5
  flip "$file" $((position + size - 9))
  damaged "$file" "$base" "$last" "$position"
}

cut_sealed() {
  local file end
  file=$(segment 2)
  batch "$file" -1
  end=$last
  batch "$file" 30
  truncate -s $((position + size / 2)) "$file"
  damaged "$file" "$base" "$end" "$position"
}

flip_sealed() {
  local file
  file=$(segment 3)
  batch "$file" 40
  flip "$file" $((position + size / 2))
  damaged "$file" "$base" "$last" "$position"
}

caches() { find "$data" -path '*/damage-*' \( -name '*.index' -o -name '*.timeindex' -o -name '*.snapshot' \) -size +0 | sort; }

garble_caches() {
  local file
  for file in $(caches); do
    head -c "$(stat -c %s "$file")" /dev/urandom >"$file.new"
    mv "$file.new" "$file"
    files+=("$file")
  done
}

remove_caches() {
  local file
  for file in $(caches); do rm "$file"; done
  files+=("$data/$victim/")
}

checkpoints() { find "$data" \( -name 'leader-epoch-checkpoint' -path '*/damage-*' \) -o -name 'recovery-point-offset-checkpoint'; }

garble_checkpoints() {
  local file
  for file in $(checkpoints); do
    echo "no checkpoint" >"$file"
    files+=("$file")
  done
}

remove_checkpoints() {
  local file
  for file in $(checkpoints); do rm "$file"; done
}
