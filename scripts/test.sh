#!/usr/bin/env bash
# Compiles everything once and runs the tests with a database of their own. ONLY=pattern runs some of them.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "test: compiling (release)"
swift build -c release -j "${JOBS:-2}" --build-tests
if [ -e Tests/oracle/requirements.txt ]; then
  MOTCUA_PYTHON=$(scripts/venv.sh)
  export MOTCUA_PYTHON
fi
export MOTCUA_BIN=$PWD/.build/release/motcua MOTCUAD_BIN=$PWD/.build/release/motcuad

arguments=(-c release --skip-build --disable-xctest)
# Services, the pool and the tests in SQL have limits of time by themselves. Beside hundreds of other tests on two cores these would tell
# how busy the machine is, so they run when the others are through.
limited='DaemonTests|ShopPoolTests|WallTests'
echo "test: running"
if [ -n "${ONLY:-}" ]; then
  scripts/with-cluster.sh swift test "${arguments[@]}" --filter "$ONLY"
else
  scripts/with-cluster.sh swift test "${arguments[@]}" --skip "$limited"
  scripts/with-cluster.sh swift test "${arguments[@]}" --filter "$limited" --no-parallel
  echo "test: the commands of the documentation"
  scripts/docs-test.sh
fi
