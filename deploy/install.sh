# Sourced by run.sh and test.sh: what the machine needs, from the system's package manager, and only if it is missing.

# The stores, as programs, and the library that hashes passwords. Their packages would also start them as services of the machine; nobody here uses those, so they are kept from it.
install_servers() {
  local missing=()
  [ -n "$(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null)" ] || missing+=(postgresql)
  command -v redis-server >/dev/null || missing+=(redis-server)
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
  ldconfig -p | grep -q 'libargon2\.so\.1' || missing+=(libargon2-1)
  install_packages "${missing[@]}"
}

install_packages() {
  [ $# -gt 0 ] || return 0
  echo "Installing: $*"
  local sudo=() policy=/usr/sbin/policy-rc.d wrote= status=0
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
    "${sudo[@]}" chmod +x "$policy"
    wrote=1
  fi
  "${sudo[@]}" apt-get update -qq || true
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || status=$?
  [ -z "$wrote" ] || "${sudo[@]}" rm -f "$policy"
  return $status
}
