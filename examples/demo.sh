#!/bin/sh
# Shows ippoolctl: first with manifests, then with a simulated cluster.
# The exit code is 0 if every command ends with the expected exit code.
set -eu
cd "$(dirname "$0")/.."

say() {
    printf '\n'
    printf '%s\n' "$@"
}

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

with_manifests() {
    say 'Two teams wrote pools. Do they overlap?'
    step 1 ippoolctl check examples/bad

    say 'What does Antrea answer to lab if edge exists?'
    step 4 ippoolctl verdict examples/bad/lab.yaml --against examples/bad/edge.yaml

    say 'Which range with 64 usable addresses is free next to edge?'
    step 0 ippoolctl suggest --ips 64 --within 10.20.0.0/22 examples/bad/edge.yaml

    say 'Manifests without findings:'
    step 0 ippoolctl check examples/good
}

with_a_cluster() {
    say 'Antrea admitted pools that overlap. Its webhook reads a cache, and the cache of' \
        'this sandbox lags by 3 seconds.'
    step 0 ippoolctl list
    step 1 ippoolctl check

    say 'Pool lab causes both errors. Delete it, and create a pool on its free addresses.'
    step 0 ippoolctl delete lab
    step 5 ippoolctl create lab-2 --range 10.20.0.16/28

    say 'That was a stale denial: the pool is deleted, but still in the webhook cache.' \
        'With --wait, create retries until the cache is up to date.'
    step 0 ippoolctl create lab-2 --range 10.20.0.16/28 --wait -o yaml
    step 0 ippoolctl check

    say 'The manifests still contain lab, which Antrea would deny:'
    step 1 ippoolctl diff examples/cluster

    say 'Clean up.'
    step 0 ippoolctl delete edge guest lab-2
    step 0 ippoolctl list
}

# No settings of the environment.
for each in $(env | sed -n 's/^\(IPPOOLCTL_[A-Z_]*\)=.*/\1/p'); do
    unset "$each"
done

if [ "${1-}" = cluster ]; then
    with_a_cluster
else
    with_manifests
    say 'The second half runs in a simulated cluster.'
    step 0 ippoolctl sandbox run --load examples/cluster --lag 3s -- sh examples/demo.sh cluster
    say 'Next: run the same commands on your own cluster; ippoolctl uses the kubeconfig of kubectl.'
fi
