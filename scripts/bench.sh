#!/usr/bin/env bash
# Prints the figures, one a line: name, ours, reference, ratio, goal. ONLY=pattern runs some of them. The
# cluster is fresh and durable: every acknowledged commit of ours and of the reference is on disk.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release -j "${JOBS:-2}" --product motcua >&2
swift build -c release -j "${JOBS:-2}" --product bench >&2
if [ -e Tests/oracle/requirements.txt ]; then
  MOTCUA_PYTHON=$(scripts/venv.sh)
  export MOTCUA_PYTHON
fi
export MOTCUA_BIN=$PWD/.build/release/motcua
exec scripts/with-cluster.sh --durable .build/release/bench ${ONLY:+"$ONLY"}
