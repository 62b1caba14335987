#!/usr/bin/env bash
# Every test there is, on real servers, from a clean clone. Ends with a line of its own: N passed, N failed.
#   ./test.sh                  all
#   ./test.sh Attendance.Tests only the test projects of these names
set -uo pipefail
cd "$(dirname "$0")"
. deploy/install.sh

export CI="${CI:-true}"          # A server that is missing fails its tests instead of skipping them.
export MSBUILDDISABLENODEREUSE=1 # No build process stays behind.
export limit=${MEETINGS_TEST_LIMIT:-20m} # For one project: what hangs is ended, and counts as failed.
# Projects side by side, each lane on servers of its own, since some tests bring these into trouble. Two only where there are cores to spare: on a machine that is
# full, tests of patience fail for want of it.
lanes=${MEETINGS_TEST_LANES:-$(($(nproc) >= 8 ? 2 : 1))}
results=$(mktemp -d) || exit 1
export results
summary="0 passed, 1 failed"
finish() {
  # Those of this run, and none that somebody has started by hand.
  for servers in "$results"/servers.*; do
    [ ! -s "$servers" ] || (. "$servers"; tests/servers.sh stop)
  done
  rm -rf "$results"
  echo "$summary"
}
trap finish EXIT
trap 'exit 130' INT TERM

install_servers || exit 1
needed=(); /usr/bin/python3 -c 'import grpc' 2>/dev/null || needed+=(python3-grpcio)
# What the reader of docs/walk.md has.
for tool in curl jq; do command -v "$tool" >/dev/null || needed+=("$tool"); done
install_packages "${needed[@]}" || exit 1
if [ $# -eq 0 ] || [[ " $* " == *" LiveKitSandbox.Tests "* ]]; then
  # Where there is no Node or no registry, the tests that need it fail, and all others run.
  install_node && npm ci --prefix tests/LiveKitSandbox.Tests/vendor --prefer-offline --no-audit --no-fund --ignore-scripts --silent ||
    echo "The vendor's SDK could not be installed." >&2
fi

dotnet build Meetings.Aspire.sln -v q -nologo || exit 1

if [ $# -gt 0 ]; then wanted=("$@"); else
  # The long ones first, so that none is left alone at the end.
  wanted=(EndToEnd.Tests Meeting.Tests Aspire.Hosting.Tests)
  for project in tests/*.Tests/*.csproj compat/tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    [[ " ${wanted[*]} " == *" $name "* ]] || wanted+=("$name")
  done
fi

[ "$lanes" -le ${#wanted[@]} ] || lanes=${#wanted[@]}
for ((lane = 0; lane < lanes; lane++)); do tests/servers.sh start >"$results/servers.$lane" || exit 1; done

run() { # project: on its lane's servers; what it says is told when it ends, and not among what another says
  local name=$1 program code
  . "$results/servers.$lane"
  program=$(ls "artifacts/bin/$name/debug/"{Meetings.,Compat.,}"$name.dll" 2>/dev/null | head -1)
  timeout --foreground --kill-after=30s "$limit" dotnet "$program" -noLogo -xml "$results/$name.xml" &>"$results/$name.log"
  code=$?
  [ $code -eq 0 ] || touch "$results/$name.broken"
  (
    flock 9
    echo "== $name"
    cat "$results/$name.log"
    [ $code -ne 124 ] && [ $code -ne 137 ] || echo "$name was ended after $limit."
  ) 9>"$results/told"
}
export -f run
printf '%s\0' "${wanted[@]}" | xargs -0 -n 1 -P "$lanes" --process-slot-var=lane bash -c 'run "$1" || true' run

# A program that crashed or was ended counts as a failure, also when it wrote no result or one without failures.
counted=$(/usr/bin/python3 - "$results" "${wanted[@]}" <<'PY'
import sys, os, xml.etree.ElementTree as ET
folder, names = sys.argv[1], sys.argv[2:]
passed = failed = skipped = 0
for name in names:
    result = os.path.join(folder, name)
    try:
        assemblies = ET.parse(result + ".xml").getroot().findall("assembly")
    except (OSError, ET.ParseError):
        assemblies = []
    failures = sum(int(a.get("failed")) + int(a.get("errors", 0)) for a in assemblies)
    if not assemblies or os.path.exists(result + ".broken"): failures = max(failures, 1)
    passed += sum(int(a.get("passed")) for a in assemblies)
    skipped += sum(int(a.get("skipped", 0)) for a in assemblies)
    failed += failures
if skipped: print(f"{skipped} skipped", file=sys.stderr)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
PY
)
status=$?
summary=${counted:-$summary}
exit $status
