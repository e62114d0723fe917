"""A realistic cluster without findings (``examples/clean/``); run as a module it writes the files.

50 Nodes, 200 pools of both families, 150 Egresses and 150 Services. One object a line.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.builders import ROOT

FOLDER = ROOT / "examples" / "clean"
GATEWAYS = {"matchLabels": {"network-role": "egress-gateway"}}

Document = dict[str, Any]


def nodes() -> Iterator[Document]:
    """50 Nodes of both families; every fifth one is a gateway."""
    for number in range(1, 51):
        labels = {"kubernetes.io/os": "linux"}
        if number % 5 == 0:
            labels |= GATEWAYS["matchLabels"]
        yield {
            **_object("v1", "Node", f"node-{number}", labels=labels),
            "spec": {
                "podCIDR": f"10.244.{number}.0/24",
                "podCIDRs": [f"10.244.{number}.0/24", f"fd00:244:{number:x}::/64"],
            },
            "status": {
                "addresses": [
                    {"type": "InternalIP", "address": f"10.0.0.{number + 9}"},
                    {"type": "InternalIP", "address": f"fd00:10::{number + 9:x}"},
                    {"type": "Hostname", "address": f"node-{number}"},
                ],
                "conditions": [{"type": "Ready", "status": "True"}],
            },
        }


def pools() -> Iterator[Document]:
    """200 pools: four in each of 15 subnets, the others without subnetInfo."""
    for number in range(60):
        subnet, part = divmod(number, 4)
        if subnet < 10:
            network, prefix = f"10.30.{subnet}", 24
            ends = f"{network}.{part * 48 + 16}", f"{network}.{part * 48 + 47}"
            gateway = f"{network}.1"
        else:
            network, prefix = f"2001:db8:30:{subnet:x}", 64
            ends = f"{network}::{part + 1}:0", f"{network}::{part + 1}:ff"
            gateway = f"{network}::1"
        info = {"gateway": gateway, "prefixLength": prefix, "vlan": 100 + subnet}
        ranges = [{"start": ends[0], "end": ends[1]}]
        yield _pool(f"egress-vlan{100 + subnet}-{part}", ranges, GATEWAYS, subnetInfo=info)
    for number in range(70):
        yield _pool(f"egress-{number}", [{"cidr": f"10.20.{number}.0/28"}], GATEWAYS)
    for number in range(30):
        ranges = [{"cidr": f"2001:db8:20:{number:x}::/120"}]
        yield _pool(f"egress-v6-{number}", ranges, GATEWAYS)
    for number in range(30):
        first = {"cidr": f"203.0.113.{number * 8}/29"}
        more = [{"start": f"198.51.100.{number}", "end": f"198.51.100.{number}"}]
        yield _pool(f"services-{number}", [first, *(more if number % 3 == 0 else [])], {})
    for number in range(10):
        yield _pool(f"services-v6-{number}", [{"cidr": f"2001:db8:40:{number:x}::/112"}], {})


def egresses() -> Iterator[Document]:
    """150 Egresses: most with an address of a pool, some with a static one of no pool."""
    for number in range(150):
        spec: Document = {
            "appliedTo": {"namespaceSelector": {"matchLabels": {"team": f"t{number}"}}}
        }
        if number % 15 == 14:
            address, pool = f"10.25.0.{number}", None
        elif number % 3 == 2:
            which = number % 30
            address, pool = f"2001:db8:20:{which:x}::{number // 30 + 1:x}", f"egress-v6-{which}"
        else:
            which = number % 70
            address, pool = f"10.20.{which}.{number // 70 + 1}", f"egress-{which}"
        spec |= {"egressIP": address, **({"externalIPPool": pool} if pool else {})}
        node = f"node-{number % 10 * 5 + 5}"
        conditions = [{"type": "IPAssigned", "status": "True", "reason": "Assigned"}]
        if pool:
            conditions.append({"type": "IPAllocated", "status": "True", "reason": "Allocated"})
        yield {
            **_object("crd.antrea.io/v1beta1", "Egress", f"egress-{number}"),
            "spec": spec,
            "status": {"egressIP": address, "egressNode": node, "conditions": conditions},
        }


def services() -> Iterator[Document]:
    """150 Services: a third of type ClusterIP, the others with an address of a pool."""
    for number in range(150):
        cluster_ip, family = f"10.96.{number // 100}.{number % 100 + 10}", "IPv4"
        pool, address = f"services-{number % 30}", f"203.0.113.{number % 30 * 8 + number // 30 + 1}"
        if number % 10 == 9:
            cluster_ip, family = f"fd00:96::{number + 16:x}", "IPv6"
            which = number // 10 % 10
            pool, address = f"services-v6-{which}", f"2001:db8:40:{which:x}::{number + 1:x}"
        balanced = number % 3 != 2
        spec = {
            "type": "LoadBalancer" if balanced else "ClusterIP",
            "clusterIP": cluster_ip,
            "clusterIPs": [cluster_ip],
            "ipFamilies": [family],
            "ports": [{"port": 443}],
        }
        note = {"annotations": {"service.antrea.io/external-ip-pool": pool}} if balanced else {}
        status = {"loadBalancer": {"ingress": [{"ip": address}]} if balanced else {}}
        service = _object("v1", "Service", f"web-{number}", namespace=f"team-{number % 12}", **note)
        yield {**service, "spec": spec, "status": status}


def files() -> dict[str, str]:
    """The text of each file by its name."""
    kinds = {"nodes": nodes(), "pools": pools(), "egresses": egresses(), "services": services()}
    return {
        f"{name}.yaml": "apiVersion: v1\nkind: List\nitems:\n"
        + "".join(f"- {_line(each)}" for each in objects)
        for name, objects in kinds.items()
    }


def _line(value: Document) -> str:
    return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10**6)


def _pool(name: str, ranges: list[Document], selector: Document, **spec: Any) -> Document:
    fields = {"ipRanges": ranges, "nodeSelector": selector, **spec}
    return {**_object("crd.antrea.io/v1beta1", "ExternalIPPool", name), "spec": fields}


def _object(version: str, kind: str, name: str, **metadata: Any) -> Document:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **metadata}}


def main(folder: Path = FOLDER) -> None:
    """Write the files."""
    folder.mkdir(exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
