# Sourced by clients.sh. Brings each client into a folder of its own under $folder, once: a stamp beside what is
# installed holds the sum of what it was made from.
#
# install_CLIENT returns 0 when the client is there; else it prints one line, what is missing, and returns 1.
# driver_CLIENT sets DRIVER to the command that runs the client's driver.

CLIENTS=(kcat confluent-kafka kafka-python aiokafka kafkajs franz-go java)
declare -A VERSION=([kcat]=package [confluent-kafka]=2.16.1 [kafka-python]=3.0.12 [aiokafka]=0.14.0
  [kafkajs]=2.2.4 [franz-go]=1.22.2 [java]=4.3.1)

# stamped NAME FILE...: whether $folder/NAME was made from just these files.
stamped() { [ "$(cat "$folder/$1/.made-from" 2>/dev/null)" = "$(cat "${@:2}" | cksum)" ]; }
stamp() { cat "${@:2}" | cksum >"$folder/$1/.made-from"; }

# Runs a step of an installation with its output in a log; a failure prints what and where.
step() {
  local what=$1 log=$folder/$2.log
  shift 2
  "$@" >"$log" 2>&1 || { echo "$what failed: see $log"; return 1; }
}

install_python() {
  local wanted=$here/shared/requirements.txt
  stamped python "$wanted" && return
  rm -rf "$folder/python"
  step "python3 -m venv (the package python3-venv may be missing)" python python3 -m venv "$folder/python" || return
  step "pip install" python "$folder/python/bin/python" -m pip install -q -r "$wanted" || return
  stamp python "$wanted"
}

# The three Python clients share one environment: whoever comes first makes it.
python_client() { (flock 9 && install_python) 9>"$folder/python.lock"; }
install_confluent-kafka() { python_client; }
install_kafka-python() { python_client; }
install_aiokafka() { python_client; }
driver_python() { DRIVER=("$folder/python/bin/python" "$here/$1/driver.py"); }
driver_confluent-kafka() { driver_python confluent-kafka; }
driver_kafka-python() { driver_python kafka-python; }
driver_aiokafka() { driver_python aiokafka; }

# kcat and what it links with, out of Debian's packages, without a change to the system.
kcat_packages() {
  cd "$folder/kcat.new" || return
  apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances kcat |
    grep '^[a-z]' | grep -v -x -E 'libc6|libgcc-s1|gcc-[0-9]+-base|debconf.*' | xargs apt-get download || return
  for package in *.deb; do dpkg-deb -x "$package" unpacked || return; done
  rm -f ./*.deb
  local libraries
  libraries=$(find "$PWD/unpacked" -name '*.so*' -printf '%h\n' | sort -u | paste -sd :)
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s/unpacked/usr/bin/kcat "$@"\n' \
    "${libraries//kcat.new/kcat}" "$folder/kcat" >kcat
  chmod +x kcat
}

install_kcat() {
  command -v kcat >/dev/null && return
  [ -x "$folder/kcat/kcat" ] && "$folder/kcat/kcat" -V >/dev/null 2>&1 && return
  command -v apt-get >/dev/null || { echo "no kcat, and no apt-get to fetch it with: install kcat"; return 1; }
  rm -rf "$folder/kcat" "$folder/kcat.new"
  mkdir -p "$folder/kcat.new"
  if ! step "apt-get download of kcat" kcat kcat_packages; then
    [ "$(id -u)" = 0 ] || return 1
    step "apt-get update" kcat apt-get update -q || return
    step "apt-get download of kcat" kcat kcat_packages || return
  fi
  mv "$folder/kcat.new" "$folder/kcat"
  step "starting kcat" kcat "$folder/kcat/kcat" -V
}
driver_kcat() {
  local kcat
  kcat=$(command -v kcat || echo "$folder/kcat/kcat")
  DRIVER=(env KCAT="$kcat" python3 "$here/kcat/driver.py")
}

install_kafkajs() {
  local wanted=("$here/kafkajs/package.json" "$here/kafkajs/package-lock.json")
  command -v node >/dev/null || { echo "no node: install Node.js of version 16 or later"; return 1; }
  command -v npm >/dev/null || { echo "no npm: install it beside Node.js"; return 1; }
  stamped kafkajs "${wanted[@]}" && return
  rm -rf "$folder/kafkajs"
  mkdir -p "$folder/kafkajs"
  cp "${wanted[@]}" "$folder/kafkajs"
  step "npm ci" kafkajs npm ci --no-audit --no-fund --prefix "$folder/kafkajs" || return
  stamp kafkajs "${wanted[@]}"
}
driver_kafkajs() { DRIVER=(env NODE_PATH="$folder/kafkajs/node_modules" node "$here/kafkajs/driver.js"); }

install_franz-go() {
  local sources=("$here"/franz-go/*)
  command -v go >/dev/null || { echo "no go: install Go of version 1.26 or later"; return 1; }
  stamped franz-go "${sources[@]}" && return
  mkdir -p "$folder/franz-go"
  step "go build" franz-go go build -C "$here/franz-go" -o "$folder/franz-go/driver" . || return
  stamp franz-go "${sources[@]}"
}
driver_franz-go() { DRIVER=("$folder/franz-go/driver"); }

install_java() {
  local missing sources=("$here"/java/*.java) jars=$folder/java/jars
  missing=$(java_missing compiler)
  [ -z "$missing" ] || { echo "$missing"; return 1; }
  stamped java "${sources[@]}" && return
  mkdir -p "$folder/java/classes"
  step "fetching kafka-clients" java maven_jars "$jars" "org.apache.kafka:kafka-clients:${VERSION[java]}" \
    org.slf4j:slf4j-nop:1.7.36 || return
  step "javac" java javac -d "$folder/java/classes" -cp "$jars/*" "${sources[@]}" || return
  stamp java "${sources[@]}"
}
# Short runs: the quick compiler and the plain collector start soonest.
driver_java() {
  DRIVER=(java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$folder/java/classes:$folder/java/jars/*" Driver)
}
