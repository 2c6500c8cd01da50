# Shared by the launchers; sourced, never run. Finds a JDK, builds what isn't built, starts the JVM.
# Kept to shell builtins where it matters: `kintsugi` is called often, and each fork costs milliseconds.

set -eu
KINTSUGI_ROOT=$(cd -P -- "${BASH_SOURCE[0]%/*}/.." && pwd -P)
lib=$KINTSUGI_ROOT/cli/target/lib
stamp=$KINTSUGI_ROOT/cli/target/lib.stamp

die() { printf 'kintsugi: %s\n' "$1" >&2; exit "${2:-2}"; }

# java_major DIR: sets `major` from DIR's release file (0 when there is no usable JDK). Doesn't start a JVM.
java_major() {
  major=0
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  local line v
  while read -r line || [ -n "$line" ]; do
    case $line in JAVA_VERSION=*)
      v=${line#*=}; v=${v//\"/}; v=${v%%[.+-]*}
      case $v in '' | *[!0-9]*) ;; *) major=$v ;; esac
      return 0 ;;
    esac
  done <"$1/release"
}

# Sets java_home and java_version: JAVA_HOME when it is 21 or newer, else the newest JDK where systems keep them.
find_java() {
  local d
  java_home='' java_version=0
  if [ "${1:-}" != newest ] && [ -n "${JAVA_HOME:-}" ]; then
    java_major "$JAVA_HOME"
    if [ "$major" -ge 21 ]; then java_home=$JAVA_HOME java_version=$major; return; fi
  fi
  for d in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "${HOME:-/nonexistent}"/.jdks/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    java_major "$d"
    [ "$major" -le "$java_version" ] || { java_home=$d java_version=$major; }
  done
  [ "$java_version" -ge 21 ] ||
    die "needs a JDK 21 or newer, and found none${JAVA_HOME:+ (JAVA_HOME is $JAVA_HOME)}: install one below /usr/lib/jvm, or set JAVA_HOME"
}

# True when there is no build, or a source is newer than it.
is_stale() {
  [ -f "$stamp" ] && [ -f "$lib/kintsugi-cli.jar" ] || return 0
  cd "$KINTSUGI_ROOT"
  [ -n "$(find {pom.xml,{proto,common,master,datanode-agent,client,cli}/{pom.xml,src/main}} -newer "$stamp" -print -quit 2>/dev/null)" ]
}

# Builds what isn't built; sets `built` to yes if that happened now. KINTSUGI_NO_BUILD=1 runs what is there (for tests of a build).
build_if_needed() {
  built=no
  [ -z "${KINTSUGI_NO_BUILD:-}" ] || { [ -f "$stamp" ] || die "not built, and KINTSUGI_NO_BUILD is set"; return 0; }
  (is_stale) || return 0
  command -v mvn >/dev/null || die "not built yet, and there is no mvn to build it with: install Maven 3.8 or newer"
  mkdir -p "$KINTSUGI_ROOT/target"
  # One build at a time: others wait here, and then find it done.
  exec 8>"$KINTSUGI_ROOT/target/.launcher.lock"
  ! command -v flock >/dev/null || flock 8
  if (is_stale); then
    if [ -f "$stamp" ]; then echo "kintsugi: sources changed, building again ..." >&2
    else echo "kintsugi: first use, building (minutes if Maven has to download, else less than one) ..." >&2; fi
    local started=$SECONDS log=$KINTSUGI_ROOT/target/launcher-build.log
    : >"$KINTSUGI_ROOT/target/.build-started"
    (cd "$KINTSUGI_ROOT" && exec mvn -q -B -Dmaven.test.skip=true -pl cli -am package) >"$log" 2>&1 8>&- </dev/null ||
      { tail -n 40 "$log" >&2; die "the build failed; all of its output is in $log" 1; }
    [ -f "$lib/kintsugi-cli.jar" ] || die "the build left no $lib/kintsugi-cli.jar; see $log" 1
    # What changed while the build ran is newer than the stamp, so it is built next time.
    touch -r "$KINTSUGI_ROOT/target/.build-started" "$stamp"
    built=yes
    echo "kintsugi: built in $((SECONDS - started)) s" >&2
  fi
  exec 8>&-
}

# Sets `class_path`: cli/target/lib in the order of names, so that it is the same at every start (class archives depend on it).
set_class_path() {
  local jars=("$lib"/*.jar) IFS=:
  class_path="${jars[*]}"
}

# set_jvm_flags native|pure: sets `jvm_flags` for this JDK.
# All processes here are short-lived or mostly idle: the small collector and the quick compiler suit them. Metaspace: by default a full
# collection comes each time that loaded classes pass the next of some small marks, always while a cluster starts or works for the first time;
# and the same each time that compiled code has grown by a seventh of its room, which the quick compiler gets little of (both only address space).
set_jvm_flags() {
  jvm_flags=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -XX:MetaspaceSize=128m -XX:ReservedCodeCacheSize=160m)
  # Native code (RocksDB, Netty) wants a word since 24. Without such code the flag is left out: it costs the JDK's own class archive.
  if [ "$1" = native ]; then jvm_flags+=(--enable-native-access=ALL-UNNAMED); fi
  jvm_flags+=("-Djava.util.logging.config.file=$KINTSUGI_ROOT/conf/java-logging.properties")
  if [ "$java_version" -ge 24 ]; then jvm_flags+=(--sun-misc-unsafe-memory-access=allow); fi
  if [ "$java_version" -ge 25 ]; then jvm_flags+=(-XX:+UseCompactObjectHeaders); fi
}

# use_archive NAME: adds a class archive to jvm_flags when there is one that fits this build and JDK. Sets `archive`, and
# `archive_fits`. The JVM checks it again (jars' times and sizes, its own version), and runs without it when it doesn't fit.
# From 25 on it is an AOT cache: it holds the classes linked too, so a process whose code runs for the first time has less to do.
use_archive() {
  local jar kind=jsa flag=SharedArchiveFile
  if [ "$java_version" -ge 25 ]; then kind=aot flag=AOTCache; fi
  archive=$KINTSUGI_ROOT/cli/target/archive/$1-$java_version.$kind archive_fits=no
  [ -s "$archive" ] && [ "$archive" -nt "$java_home/release" ] || return 0
  for jar in "$lib"/kintsugi-*.jar; do [ "$archive" -nt "$jar" ] || return 0; done
  archive_fits=yes
  jvm_flags+=("-XX:$flag=$archive" -Xlog:disable)
}

# make_archive MAIN ARGS…: trains a class archive for `archive` by running MAIN, whose output is dropped; a failure only costs speed.
# Written under another name and moved, so that nobody maps half of one.
make_archive() {
  local new=$archive.$$ flag=ArchiveClassesAtExit
  if [ "$java_version" -ge 25 ]; then flag=AOTCacheOutput; fi
  mkdir -p "${archive%/*}"
  "$java_home/bin/java" "${jvm_flags[@]}" -Xlog:disable "-XX:$flag=$new" \
    -cp "$class_path" "$@" >/dev/null 2>&1 </dev/null || true
  if [ -s "$new" ]; then mv -f "$new" "$archive"; fi
  rm -f "$new" "$new.config"
}

prepare() {
  find_java
  build_if_needed
  set_class_path
  set_jvm_flags native
}

# Becomes the daemon MAIN. More JVM flags come from KINTSUGI_JVM_FLAGS and from leading -J arguments; the last wins.
run_daemon() {
  prepare
  set_flags_for daemon
  local main=$1 own=()
  shift
  while [ "${1#-J}" != "${1:-}" ]; do own+=("${1#-J}"); shift; done
  # KINTSUGI_RUN_WITH names a program that is given the whole command line and becomes the daemon: fault tests, strace, numactl.
  # shellcheck disable=SC2086 # several flags, on purpose
  exec ${KINTSUGI_RUN_WITH:+"$KINTSUGI_RUN_WITH"} "$java_home/bin/java" "${jvm_flags[@]}" -Xss512k -XX:+ExitOnOutOfMemoryError \
    -Dlogback.configurationFile="$KINTSUGI_ROOT/conf/logback.xml" \
    ${KINTSUGI_JVM_FLAGS:-} ${own[@]+"${own[@]}"} -cp "$class_path" "$main" "$@"
}

# Runs the command line. A command is short: it gets a class archive, made after a build or, in the background, at the first call.
run_cli() {
  local config=cli heap=256m archive_of=cli terminal=false
  prepare
  case ${1:-} in
    demo) config=demo heap=768m archive_of=daemon ;;
    kv | bench) archive_of=daemon ;;
  esac
  if [ -t 0 ] && [ -t 1 ] && [ -t 2 ]; then terminal=true; fi
  if [ "$built" = yes ]; then train cli daemon; fi
  set_flags_for "$archive_of"
  if [ "$archive_fits" = no ] && [ -z "${KINTSUGI_NO_BUILD:-}" ]; then train_later "$archive_of"; fi
  exec "$java_home/bin/java" "${jvm_flags[@]}" -Xss512k -Xmx$heap -Dkintsugi.root="$KINTSUGI_ROOT" -Dkintsugi.terminal=$terminal \
    -Dlogback.configurationFile="$KINTSUGI_ROOT/conf/logback-$config.xml" -cp "$class_path" io.kintsugi.cli.Main "$@"
}

# set_flags_for cli|daemon: jvm_flags for what runs with this archive, and the archive itself if it is there.
set_flags_for() {
  if [ "$1" = daemon ]; then set_jvm_flags native; else set_jvm_flags pure; fi
  use_archive "$1"
}

# Makes the class archives that are missing: `cli` by commands against a server of its own, `daemon` by a whole cluster in one process.
train() {
  local which
  for which in "$@"; do
    set_flags_for "$which"
    [ "$archive_fits" = yes ] ||
      make_archive -Xss512k -Xmx768m -Dlogback.configurationFile="$KINTSUGI_ROOT/conf/logback-demo.xml" io.kintsugi.cli.Training "$which"
  done
}

# One at a time, at the lowest priority, and out of the way of whoever called.
train_later() {
  command -v flock >/dev/null || return 0
  ( exec </dev/null >/dev/null 2>&1
    exec 9>"$KINTSUGI_ROOT/target/.archive.lock"
    flock -n 9 || exit 0
    renice -n 19 -p "$BASHPID"
    train "$1" ) &
}
