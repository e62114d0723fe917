#!/bin/sh
# What ippoolctl does: first with manifests, then with a cluster, which it simulates for that.
# Exits with 0 if every command ends as this script says it will.
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
    say 'Two teams have written pools. Do they go together?'
    step 1 ippoolctl check examples/bad

    say 'What would Antrea answer to lab if edge is there already?'
    step 4 ippoolctl verdict examples/bad/lab.yaml --against examples/bad/edge.yaml

    say 'Where would lab find room for its 64 addresses?'
    step 0 ippoolctl suggest --ips 64 --within 10.20.0.0/22 examples/bad/edge.yaml

    say 'And manifests without conflicts:'
    step 0 ippoolctl check examples/good
}

with_a_cluster() {
    say 'Antrea has admitted pools that overlap. Its webhook believes what a cache says,' \
        'and this one hears of every change 3 seconds late.'
    step 0 ippoolctl list
    step 1 ippoolctl check

    say 'Both errors go with one pool. A new one shall have what nobody else wants of it.'
    step 0 ippoolctl delete lab
    step 5 ippoolctl create lab-2 --range 10.20.0.16/28

    say 'kubectl would have said the same: the pool is gone, but the webhook does not' \
        'know yet. With --wait it is tried until the webhook knows.'
    step 0 ippoolctl create lab-2 --range 10.20.0.16/28 --wait -o yaml
    step 0 ippoolctl check

    say 'The manifests are behind now. They still want lab, which Antrea would refuse:'
    step 1 ippoolctl diff examples/cluster

    say 'That was all. Everything goes again.'
    step 0 ippoolctl delete edge guest lab-2
    step 0 ippoolctl list
}

# No setting of whoever runs this.
for each in $(env | sed -n 's/^\(IPPOOLCTL_[A-Z_]*\)=.*/\1/p'); do
    unset "$each"
done

if [ "${1-}" = cluster ]; then
    with_a_cluster
else
    with_manifests
    say 'And on a cluster? ippoolctl simulates one for the other half of this script.'
    step 0 ippoolctl sandbox run --load examples/cluster --lag 3s -- sh examples/demo.sh cluster
    say 'To do: the same on your own cluster; ippoolctl takes the kubeconfig that kubectl takes.'
fi
