# Sourced by run.sh and test.sh: what the machine needs, from the system's package manager, and only if it is missing.

# The stores, as programs, and the library that hashes passwords. Their packages would also start them as services of the machine; nobody here uses those, so they are kept from it.
install_servers() {
  local missing=()
  [ -n "$(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null)" ] || missing+=(postgresql)
  command -v redis-server >/dev/null || missing+=(redis-server)
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
  # Not into a pipe: grep -q would end before ldconfig has written everything, which counts as a failure under pipefail.
  [[ "$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p)" == *libargon2.so.1* ]] || missing+=(libargon2-1)
  install_packages "${missing[@]}"
}

# Node and npm, for the vendor's SDK that one of the tests runs.
install_node() {
  local missing=()
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  install_packages "${missing[@]}"
}

# In a subshell, so that its trap cleans up also after Ctrl-C: a policy that stays behind would keep services from starting for good.
install_packages() (
  [ $# -gt 0 ] || exit 0
  echo "Installing: $*"
  sudo=(); policy=/usr/sbin/policy-rc.d
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "Needs root, or sudo, to install them." >&2; exit 1; }
    sudo=(sudo)
  fi
  if [ ! -e "$policy" ]; then
    trap '"${sudo[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null || exit 1
    "${sudo[@]}" chmod +x "$policy" || exit 1
  fi
  "${sudo[@]}" apt-get update -qq || true
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
)
