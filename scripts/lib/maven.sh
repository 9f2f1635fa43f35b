# Sourced. What the scripts need of the Java world: the runtime, and jars by their Maven coordinates.

# A line naming what is missing, or nothing. `java_missing compiler` also asks for javac.
java_missing() {
  command -v java >/dev/null || { echo "no java: install a JDK of version 17 or later"; return; }
  local major
  major=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [ "${major:-0}" -ge 17 ] || { echo "java is version ${major:-unknown}: 17 or later is needed"; return; }
  [ "${1:-}" != compiler ] || command -v javac >/dev/null || { echo "no javac: install a JDK, not only a runtime"; return; }
  command -v mvn >/dev/null || echo "no mvn: install Maven, it fetches the jars"
}

# maven_jars FOLDER GROUP:ARTIFACT:VERSION...: these and all that they need at run time as FOLDER/*.jar, fetched once.
# A folder is complete or not there: it is filled beside its place and moved.
maven_jars() {
  local folder=$1 wanted=("${@:2}") building=$1.new coordinate
  [ -e "$folder/.complete" ] && [ "$(cat "$folder/.complete")" = "${wanted[*]}" ] && return
  rm -rf "$building"
  mkdir -p "$building"
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>tribunal</groupId><artifactId>jars</artifactId><version>1</version><dependencies>'
    for coordinate in "${wanted[@]}"; do
      IFS=: read -r group artifact version <<<"$coordinate"
      echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } >"$building/pom.xml"
  if ! (cd "$building" && mvn -B -ntp dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=.) >"$folder.log" 2>&1; then
    grep -m 3 ERROR "$folder.log" >&2 || tail -n 3 "$folder.log" >&2
    echo "Maven could not fetch ${wanted[*]}: see $folder.log" >&2
    return 1
  fi
  echo "${wanted[*]}" >"$building/.complete"
  rm -rf "$folder"
  mv "$building" "$folder"
}
