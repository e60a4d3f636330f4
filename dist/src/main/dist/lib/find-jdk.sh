# Finds the JDK to run on: sets java_home and java_release, or says what is missing and exits.
# Reads each JDK's own "release" file, so that nothing has to be run to learn its version.

min_java=25

# Sets java_release and succeeds if $1 is the home of a JDK that is new enough; else remembers it.
is_usable() {
  java_release= version=
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r key value; do
    case $key in
      JAVA_VERSION) version=${value#\"} version=${version%\"} ;;
      JAVA_RUNTIME_VERSION) java_release=${value#\"} java_release=${java_release%\"} ;;
    esac
  done <"$1/release"
  major=${version%%[.+-]*}
  case $major in
    '' | *[!0-9]*) return 1 ;;
  esac
  if [ "$major" -ge "$min_java" ]; then
    return 0
  fi
  too_old="$too_old $1 (Java $version)"
  return 1
}

no_jdk() {
  echo "nefele: no JDK >= $min_java found${too_old:+; too old:$too_old}" >&2
  echo "Install one (for example Temurin $min_java) or set NEFELE_JAVA_HOME to its directory." >&2
  exit 1
}

# $1: a JDK to prefer over those that are merely installed, or nothing
find_jdk() {
  too_old=
  if [ -n "${NEFELE_JAVA_HOME-}" ]; then
    java_home=$NEFELE_JAVA_HOME
    is_usable "$java_home" && return
    echo "nefele: NEFELE_JAVA_HOME=$java_home is not a JDK >= $min_java${version:+, but Java $version}" >&2
    exit 1
  fi
  for java_home in "${JAVA_HOME-}" "$1"; do
    [ -n "$java_home" ] && is_usable "$java_home" && return
  done
  on_path=$(command -v java) && on_path=$(readlink -f "$on_path") && java_home=${on_path%/bin/java} &&
    is_usable "$java_home" && return
  for java_home in /usr/lib/jvm/* /opt/java/* /opt/jdk* /usr/java/* "$HOME"/.sdkman/candidates/java/*; do
    [ ! -L "$java_home" ] && is_usable "$java_home" && return
  done
  no_jdk
}
