#!/bin/sh
# Prints the Python of an environment that holds what a requirements file names: environment.sh [FILE], by default the one beside
# this script. Makes it where it is missing, once per version of that file, in ${XDG_CACHE_HOME:-$HOME/.cache}/tributary.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
requirements=${1:-$here/requirements.txt}
version=$(cksum < "$requirements" | cut -d ' ' -f 1)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/tributary/python-$version"
if [ ! -f "$folder/complete" ]; then
    mkdir -p "$(dirname "$folder")"
    (
        flock 9
        # Made while we waited.
        if [ ! -f "$folder/complete" ]; then
            echo "installing what \`$requirements\` names into \`$folder\`" >&2
            python3 -m venv --clear "$folder" >&2
            "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" >&2
            touch "$folder/complete"
        fi
    ) 9> "$folder.lock"
fi
echo "$folder/bin/python"
