#!/bin/sh
# Tests the consumer: test.sh BROKER fills topics of its own on a broker, reads them with statements.py, and compares what is
# printed. Without a broker it tests what needs none.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=$("$here/environment.sh")
compiled=$(mktemp -d)
trap 'rm -r "$compiled"' EXIT
"$here/compile.sh" "$compiled"
export PYTHONPATH="$compiled:$here" PYTHONDONTWRITEBYTECODE=1
"$python" "$here/test_projected.py"
if [ $# -gt 0 ]; then
    "$python" "$here/test_with_broker.py" "$1"
fi
