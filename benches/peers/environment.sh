#!/bin/sh
# Prints the Python of an environment that holds requirements.txt. Makes it where it is missing, once per version of that
# file, in ${XDG_CACHE_HOME:-$HOME/.cache}/tributary.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
version=$(cksum < "$here/requirements.txt" | cut -d ' ' -f 1)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/tributary/peers-$version"
if [ ! -f "$folder/complete" ]; then
    mkdir -p "$(dirname "$folder")"
    (
        flock 9
        # Made while we waited.
        if [ ! -f "$folder/complete" ]; then
            echo "installing DuckDB and Polars into \`$folder\`" >&2
            python3 -m venv --clear "$folder" >&2
            "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
                --requirement "$here/requirements.txt" >&2
            touch "$folder/complete"
        fi
    ) 9> "$folder.lock"
fi
echo "$folder/bin/python"
