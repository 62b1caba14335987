#!/usr/bin/env bash
# Every test there is, on real servers, from a clean clone. Ends with a line of its own: N passed, N failed.
#   ./test.sh                  all
#   ./test.sh Attendance.Tests only the test projects of these names
set -uo pipefail
cd "$(dirname "$0")"
. deploy/install.sh

install_servers || exit 1
needed=(); /usr/bin/python3 -c 'import grpc' 2>/dev/null || needed+=(python3-grpcio)
install_packages "${needed[@]}" || exit 1

dotnet build Meetings.Aspire.sln -v q -nologo || { echo "0 passed, 1 failed"; exit 1; }

servers=$(tests/servers.sh start) || { echo "0 passed, 1 failed"; exit 1; }
eval "$servers"
trap 'tests/servers.sh stop' EXIT
results=$(mktemp -d)

if [ $# -gt 0 ]; then wanted=("$@"); else
  wanted=(); for project in tests/*.Tests/*.csproj compat/tests/*.Tests/*.csproj; do wanted+=("$(basename "$project" .csproj)"); done
fi

status=0
for name in "${wanted[@]}"; do
  echo "== $name"
  program=$(ls "artifacts/bin/$name/debug/"{Meetings.,}"$name.dll" 2>/dev/null | head -1)
  dotnet "$program" -noLogo -xml "$results/$name.xml" || status=1
done

# A program that crashed wrote no result: it counts as a failure.
python3 - "$results" "${wanted[@]}" <<'PY'
import sys, os, xml.etree.ElementTree as ET
folder, names = sys.argv[1], sys.argv[2:]
passed = failed = skipped = 0
for name in names:
    path = os.path.join(folder, name + ".xml")
    assemblies = ET.parse(path).getroot().findall("assembly") if os.path.exists(path) else []
    if not assemblies: failed += 1
    for a in assemblies:
        passed += int(a.get("passed")); skipped += int(a.get("skipped", 0)); failed += int(a.get("failed")) + int(a.get("errors", 0))
print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(1 if failed or not passed else 0)
PY
counted=$?
rm -rf "$results"
exit $((status | counted))
