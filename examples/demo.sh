#!/bin/sh
# The main job of ippoolctl on the manifests beside this file; needs no cluster.
# Exits with 0 if every command ends as this script says it will.
set -eu
cd "$(dirname "$0")/.."

# Runs a command, shows it with its exit code, and fails if the code is not the expected one.
step() {
    expected=$1
    shift
    printf '\n$ %s\n' "$*"
    code=0
    "$@" || code=$?
    printf '(exit code %s)\n' "$code"
    [ "$code" -eq "$expected" ] || exit 70
}

echo 'Manifests without conflicts:'
step 0 ippoolctl check examples/good

echo
echo 'What would Antrea answer to pools that take their addresses a second time?'
step 4 ippoolctl verdict examples/bad/lab.yaml --against examples/bad/edge.yaml

echo
echo 'Where would lab find room for its 64 addresses?'
step 0 ippoolctl suggest --ips 64 --within 10.20.0.0/22 examples/bad/edge.yaml

echo
echo 'Manifests with conflicts:'
step 1 ippoolctl check examples/bad

echo
echo 'To do: change the ranges at the places named above, and check again until the exit code is 0.'
