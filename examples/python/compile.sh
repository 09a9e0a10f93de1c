#!/bin/sh
# Compiles the published messages to Python: compile.sh FOLDER. Nothing else of the ledger's is used.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=$("$here/environment.sh")
mkdir -p "$1"
"$python" -m grpc_tools.protoc -I "$here/../../proto" --python_out "$1" "$here"/../../proto/tributary/feed/v1/*.proto
