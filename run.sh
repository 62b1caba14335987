#!/usr/bin/env bash
# Everything on a fresh Debian machine with the .NET 10 SDK: installs what is missing, builds, starts.
#   ./run.sh         starts the whole system; Ctrl-C ends it, and the next start finds its data
#   ./run.sh play    in another terminal: a whole class of 40 students, held on the Zoom sandbox in compressed time
set -euo pipefail
cd "$(dirname "$0")"
. deploy/install.sh

export MSBUILDDISABLENODEREUSE=1 # No build process stays behind.
gateway="http://localhost:${MEETINGS_GATEWAY_PORT:-8080}"
sandbox="http://localhost:${MEETINGS_SANDBOX_PORT:-8090}"
livekit="http://localhost:${MEETINGS_LIVEKIT_SANDBOX_PORT:-7880}"

case "${1:-start}" in
  start)
    install_servers
    dotnet build AppHost -v q -nologo
    # As the launch profile says, but without "dotnet run" in between: one process less, and signals reach the host itself.
    export ASPNETCORE_ENVIRONMENT=Development DOTNET_ENVIRONMENT=Development ASPIRE_ALLOW_UNSECURED_TRANSPORT=true
    export ASPNETCORE_URLS="${MEETINGS_DASHBOARD:-http://localhost:18888}"
    export ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL="${MEETINGS_OTLP:-}"
    printf '%s\n' "Gateway:         $gateway" "Zoom sandbox:    $sandbox" "LiveKit sandbox: $livekit" \
      "Dashboard:       $ASPNETCORE_URLS (the link with its token follows)"
    cd AppHost && exec dotnet ../artifacts/bin/AppHost/debug/Meetings.AppHost.dll "${@:2}"
    ;;
  play)
    dotnet build sandbox/Rehearsal -v q -nologo
    export MEETINGS_GATEWAY="${MEETINGS_GATEWAY:-$gateway}" MEETINGS_SANDBOX="${MEETINGS_SANDBOX:-$sandbox}"
    exec dotnet artifacts/bin/Rehearsal/debug/Meetings.Rehearsal.dll "${@:2}"
    ;;
  *)
    sed -n '2,4p' run.sh
    exit 2
    ;;
esac
