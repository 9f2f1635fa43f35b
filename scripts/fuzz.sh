#!/usr/bin/env bash
# Fuzzes the wire crate: scripts/fuzz.sh [INPUTS] [SECONDS]
#
# INPUTS (default ten million) are shared by all targets; a target also ends after SECONDS (default: no bound).
# What it finds is written to broker/wire/fuzz/artifacts, and ends the run with an error.
# The corpus in broker/wire/fuzz/corpus grows from run to run. Needs a nightly toolchain; installs cargo-fuzz if missing.
set -euo pipefail
inputs=${1:-10000000}
seconds=${2:-0}
cd "$(dirname "$0")/../broker/wire/fuzz"
# Sanitizer flags come from cargo-fuzz alone.
unset RUSTFLAGS
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
read -ra targets <<<"message message batch"
share=$(((inputs + ${#targets[@]} - 1) / ${#targets[@]}))
declare -A runs
for target in "${targets[@]}"; do runs[$target]=$((${runs[$target]:-0} + share)); done
for target in message batch; do
  echo "fuzz: $target, ${runs[$target]} inputs"
  cargo +nightly fuzz run "$target" -- -runs="${runs[$target]}" -max_total_time="$seconds" -max_len=4096 \
    -rss_limit_mb=1024 -malloc_limit_mb=64 -timeout=5 -print_final_stats=1 -print_funcs=0
done
