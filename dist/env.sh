# shellcheck shell=bash
# What ./weft and ./test share: finding a JDK 25, installing Debian packages, building with progress.
# The caller sets root to the project's directory.

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$@"
  exit 1
}

# Prints the home of a JDK 25 or newer; fails if there is none.
find_jdk() {
  local home version on_path
  on_path=$(command -v java || true)
  [[ -n $on_path ]] && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$on_path"; do
    [[ -x $home/bin/javac && -r $home/release ]] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if ((${version:-0} >= 25)); then
      printf '%s\n' "$home"
      return
    fi
  done
  return 1
}

# install_packages PACKAGE…: as root installs them, else says the command that does and exits.
install_packages() {
  (($#)) || return 0
  if ((EUID != 0)); then
    die "Weft needs Debian packages that are missing here: $*" \
      $'\n'"Install them with:  sudo apt-get install --no-install-recommends $*"
  fi
  command -v apt-get >/dev/null || die "Weft needs $*, and there is no apt-get here: install them, then run this again."
  say "Installing Debian packages that Weft needs: $*"
  local policy=/usr/sbin/policy-rc.d ours=
  if [[ ! -e $policy ]]; then # packages such as nginx would start a service of the host
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    ours=yes
  fi
  local ok=
  if apt_install "$@" || { apt-get -qq update >&2 && apt_install "$@"; }; then ok=yes; fi
  [[ -z $ours ]] || rm -f "$policy"
  [[ -n $ok ]] || die "apt-get could not install: $*"
  keep_from_booting "$@"
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" </dev/null >&2
}

# Services that came with a package just installed do not start with the host either.
keep_from_booting() {
  local package
  for package; do
    case $package in
      nginx-light) disable_service nginx ;;
      postgresql) disable_service postgresql ;;
      firewalld) disable_service firewalld ;;
      etcd-server) disable_service etcd ;;
    esac
  done
}

disable_service() {
  if command -v systemctl >/dev/null; then
    systemctl --quiet disable "$1" >&2 || say "The service $1 stays enabled: systemctl disable $1 turns it off."
  fi
}

# missing COMMAND:PACKAGE…: prints the packages whose command is not there. Instead of a command a pattern of a file's path will do.
missing() {
  local pair
  for pair; do
    present "${pair%%:*}" || printf '%s\n' "${pair#*:}"
  done
}

present() {
  if [[ $1 == /* ]]; then
    compgen -G "$1" >/dev/null
  else
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null
  fi
}

# Whether this distribution has a package of a JDK 25. A fresh image of one does not know its packages yet.
jdk_package() {
  apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1 && return
  ((EUID == 0)) && command -v apt-get >/dev/null || return 1
  say "Looking for a JDK 25 among the packages of this distribution"
  apt-get -qq update >&2 && apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1
}

# Sets and exports JAVA_HOME, and installs packages: need COMMAND:PACKAGE…
need() {
  local packages
  mapfile -t packages < <(missing "$@")
  if ! JAVA_HOME=$(find_jdk); then
    if jdk_package; then
      packages+=(openjdk-25-jdk-headless)
    else
      die "Weft needs a JDK 25, and this distribution has no package of it (looked for: openjdk-25-jdk-headless)." \
        $'\n'"Get Temurin 25 from https://adoptium.net/temurin/releases/?version=25, unpack it under /usr/lib/jvm" \
        $'\n'"or set JAVA_HOME to where it is, and run this again."
    fi
  fi
  install_packages "${packages[@]}"
  [[ -n $JAVA_HOME ]] || JAVA_HOME=$(find_jdk) || die "No JDK 25 was found after installing one: set JAVA_HOME."
  export JAVA_HOME
}

# maven LOG PATTERN ARGUMENT…: runs Maven on the project, shows the lines that match PATTERN and a line for each module.
maven() {
  local log=$1 pattern=$2 status=0
  shift 2
  mkdir -p "$(dirname "$log")"
  mvn -B -ntp -f "${root:?}/pom.xml" "$@" 2>&1 | tee "$log" | show_progress "$pattern" >&2 || status=1
  return "$status"
}

show_progress() {
  local line module='' since=$SECONDS
  while IFS= read -r line; do
    if [[ $line =~ ^\[INFO\]\ Building\ ([^ ]+)\ .*(\[[0-9]+/[0-9]+\])$ ]]; then
      [[ -z $module ]] || printf '  %-18s %3d s\n' "$module" $((SECONDS - since))
      module="${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
      since=$SECONDS
    elif [[ $line =~ $1 ]]; then
      printf '%s\n' "$line"
    fi
  done
  [[ -z $module ]] || printf '  %-18s %3d s\n' "$module" $((SECONDS - since))
}
