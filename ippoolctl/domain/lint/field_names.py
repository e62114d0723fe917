"""What a field that ExternalIPPool does not have was probably meant to be.

Three kinds: a field of ExternalIPPool in the wrong place, another spelling of one, and a field of
another kind or another vendor. Only for hints: nothing is read this way.

Source: the CRD at v2.7.0; the address pools of MetalLB, Cilium, Calico, Kube-OVN, PureLB, OpenELB,
Whereabouts, Metal3, the Cluster API providers and Antrea's own IPPool for the other names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple

from ippoolctl.domain.addresses.intended import (
    intended_length,
    intended_ranges,
    network_text,
    unambiguous_ranges,
)
from ippoolctl.domain.addresses.ranges import Spelling
from ippoolctl.domain.antrea.pool import Path, Pool, dotted
from ippoolctl.domain.labels import key_errors, value_errors
from ippoolctl.domain.lint.edit import Edit, FieldEdit
from ippoolctl.domain.unlisted import and_more

OBJECT: Final = "the top level of the object"
ITEM: Final = "an item of spec.ipRanges"
SELECTOR: Final = "spec.nodeSelector"
EXPRESSION: Final = "an item of spec.nodeSelector.matchExpressions"
SUBNET: Final = "spec.subnetInfo"
LABELS: Final = "spec.nodeSelector.matchLabels"

HOMES: Final = {
    "apiVersion": OBJECT,
    "kind": OBJECT,
    "metadata": OBJECT,
    "spec": OBJECT,
    "name": "metadata",
    "generateName": "metadata",
    "labels": "metadata",
    "annotations": "metadata",
    "finalizers": "metadata",
    "ownerReferences": "metadata",
    "ipRanges": "spec",
    "nodeSelector": "spec",
    "subnetInfo": "spec",
    "cidr": ITEM,
    "start": ITEM,
    "end": ITEM,
    "gateway": SUBNET,
    "prefixLength": SUBNET,
    "vlan": SUBNET,
    "matchLabels": SELECTOR,
    "matchExpressions": SELECTOR,
    "key": EXPRESSION,
    "operator": EXPRESSION,
    "values": EXPRESSION,
}
"""Every field that people write, and where it belongs."""

_OTHER_NAMES: Final = {
    "ipRanges": "addresses address addressranges addresspools addresspool addressblocks blocks"
    " cidrs cidrblocks cidrranges externalips ipaddresses ipaddressranges ipaddressblocks ipblocks"
    " ippool ippools ips iplist iprange ipv4 ipv6 ipv4addresses ipv6addresses ipv4pool ipv6pool"
    " ipv4pools ipv6pools ipv4range ipv6range ipv4ranges ipv6ranges networks networkranges pool"
    " pools poolranges prefixes range ranges staticips subnets v4pool v6pool v4pools v6pools"
    " v4range v6range vipranges vips",
    "cidr": "block cidrblock ipcidr ipv4cidr ipv6cidr ipnet ipnetwork network networkcidr"
    " podcidr subnet subnetcidr v4cidr v6cidr",
    "start": "begin beginip first firstaddress firstip from fromip ipstart low lower lowest min"
    " rangebegin rangestart startaddr startaddress startingaddress startip startrange starts",
    "end": "endaddr endaddress endingaddress endip endrange ends finish high highest ipend last"
    " lastaddress lastip max rangeend rangestop stop stopaddress stopip through to toip until"
    " upper",
    "gateway": "defaultgateway defaultgw gatewayaddress gatewayip gateways gw gwip nexthop router",
    "prefixLength": "length mask maskbits masklen masklength netmask prefix prefixlen prefixsize"
    " subnetmask subnetprefix subnetprefixlength subnetsize",
    "vlan": "tag vid vlanid vlannumber vlantag vlans",
    "subnetInfo": "ipsubnet networkinfo subnetinfos subnetinformation",
    "nodeSelector": "hostselector labelselector nodeaffinity nodes nodeselectors nodesselector"
    " selector selectors",
    "matchLabels": "labels matchlabel nodelabel nodelabels",
    "matchExpressions": "expression expressions matchexpression nodeselectorterms terms",
    "operator": "op operation operators",
    "values": "val vals value",
    "key": "keys label labelkey",
    "labels": "label",
    "annotations": "annotation",
    "name": "poolname",
}
"""By the field that is meant: other names for it, in lower case, without dashes."""

_MEANT: Final = defaultdict[str, list[str]](list)
"""By another name: the fields that it can mean."""
for _field, _names in _OTHER_NAMES.items():
    for _other in (_field.lower(), *_names.split()):
        _MEANT[_other].append(_field)

_NO_EXCLUSION: Final = "use ranges around those addresses, each with start and end"
_NO_CHOICE: Final = "an Egress or a Service names its pool; remove the field"
_NO_RESERVE: Final = (
    "Antrea never assigns the first address of a CIDR (IPv4: nor the last), but every address from"
    " start to end; remove the field"
)
_NO_BLOCKS: Final = "Antrea assigns single addresses, not blocks; remove the field"
_NO_ROUTES: Final = "Antrea does not set routes or DNS for a pool; remove the field"
_NO_INTERFACE: Final = (
    "Antrea chooses the interface of the Node; for a VLAN set spec.subnetInfo.vlan"
)
_UNSUPPORTED: Final = {
    _NO_RESERVE: "allocatereservedipaddresses allowfirstlastips avoidbuggyips",
    _NO_EXCLUSION: "except excluded excludedaddresses excludeaddresses excludecidrs excludeips"
    " exclude excludes exclusions preallocations reserved reservedips",
    _NO_CHOICE: "allocation allowedgroups alloweduses assignmentmode autoassign default isdefault"
    " namespaceselector namespaceselectors namespaceaffinity podaffinity podselector"
    " priority serviceallocation serviceselector serviceselectors usage",
    _NO_BLOCKS: "blocksize blocksizelimit pernodeblocksize",
    "ranges have no names; remove the field": "comment description displayname id title",
    "the family follows from the addresses; remove the field": "addressfamily family ipfamilies"
    " ipfamily ipfamilypolicy ipversion ipversions version",
    _NO_ROUTES: "dns dnsservers dnssuffix nameservers ntp routes staticroutes",
    _NO_INTERFACE: "bridge interface interfaces nic vpc",
    "Antrea has no such mode for a pool; remove the field": "bgp disable disablebgpexport disabled"
    " ipipmode natoutgoing protocol speakers vxlanmode",
}
_NO_EQUIVALENT: Final = {
    other.lower(): advice for advice, names in _UNSUPPORTED.items() for other in names.split()
}

_TYPES: Final[Mapping[str, type]] = {
    **dict.fromkeys(("cidr", "start", "end", "gateway", "key", "operator"), str),
    **dict.fromkeys(("prefixLength", "vlan"), int),
    **dict.fromkeys(("nodeSelector", "matchLabels", "subnetInfo"), dict),
    **dict.fromkeys(("ipRanges", "matchExpressions", "values"), list),
}
"""The types of fields that only need another name."""


_MANY: Final = 500
"""Faulty fields of a pool from which on one is not compared with all others."""


class Meaning(NamedTuple):
    """What an unknown field probably is; without a field and advice if nothing is like it."""

    field: str = ""
    """The field of ExternalIPPool that is meant, or the label."""
    home: str = ""
    """Where that field belongs."""
    advice: str = ""
    """What to do about a field that ExternalIPPool has no equivalent of."""


def meaning(pool: Pool, path: Path) -> Meaning:
    """What the unknown field of a pool at this path probably is."""
    name, parent, value = str(path[-1]), parent_of(path), pool.written.get(path)
    plain = _plain(name)
    if parent == SELECTOR and _is_label(pool, name, value):
        return Meaning(name, LABELS)
    if parent == ITEM and name in ("name", "labels", "annotations"):
        return Meaning(advice="ranges have no names; remove the field")
    field = _by_value(pool, path, parent, plain)
    here = [each for each, home in HOMES.items() if home == parent]
    if not field:
        # A name that means a field of the same place means that one.
        named = [each for each in _MEANT.get(plain, ()) if each in here]
        named += [name] if name in HOMES else _MEANT.get(plain, ())
        field = named[0] if named else ""
    if not field and plain in _NO_EQUIVALENT:
        return Meaning(advice=_NO_EQUIVALENT[plain])
    field = field or _closest(plain, here, 0.6) or _closest(plain, HOMES, 0.8)
    if parent == ITEM and (field == "ipRanges" or _is_whole_range(field, value)):
        field = "cidr"
    if field:
        return Meaning(field, HOMES[field])
    could_be_label = isinstance(value, str) and not any((*key_errors(name), *value_errors(value)))
    if could_be_label and parent in ("spec", OBJECT) and selects_every_node(pool):
        return Meaning(name, LABELS)
    return Meaning()


def _is_whole_range(field: str, value: object) -> bool:
    """Whether a field that means one end of a range has both."""
    found = intended_ranges(value) if field in ("start", "end") else ()
    return len(found) == 1 and (found[0].cidr is not None or found[0].start != found[0].end)


def selects_every_node(pool: Pool) -> bool:
    """Whether the node selector, as stored, has no condition."""
    return not any(pool.node_selector.values())


def correction(pool: Pool, path: Path) -> str:
    """What to do about the unknown field at this path."""
    found, name, value = meaning(pool, path), str(path[-1]), pool.written.get(path)
    if name.startswith("-") and name.strip("- ") in HOMES:
        return f"use one dash and a space before {name.strip('- ')}"
    if whole := with_length(pool, path):
        return whole
    if not found.field:
        return found.advice or "ExternalIPPool has no such field; remove it"
    if found.field == "cidr" and parent_of(path) == ITEM and isinstance(value, dict | list):
        inner = value if isinstance(value, list) else [value]
        if inner and all(isinstance(each, dict) for each in inner):
            home = ITEM if isinstance(value, dict) else "spec.ipRanges"
            what = "fields" if isinstance(value, dict) else "items"
            return f"remove {name} and move its {what} to {home}"
    extent = ", which applies to the whole pool" if found.home == SUBNET else ""
    if found.field == name:
        return f"move {name} to {found.home}{extent}"
    ranges = intended_ranges(value) if found.field in ("ipRanges", "cidr") else ()
    length = intended_length(str(value)) if found.field == "prefixLength" else None
    where = "" if found.home == parent_of(path) else f" in {found.home}{extent}"
    if found.field == "cidr" and ranges and parent_of(path) == ITEM:
        return f"instead of {name}, {rewritten(ranges)}"
    if found.field == "ipRanges" and ranges:
        return f"use ipRanges instead of {name}{where}, with {_items(ranges)}"
    shown = found.field if length is None else f"prefixLength: {length}"
    return f"use {shown} instead of {name}{where}"


def renamed(pool: Pool, path: Path) -> tuple[Edit, ...]:
    """The name that the unknown field at this path should have, if its value can stay there."""
    found = meaning(pool, path)
    value = pool.written.get(path)
    fits = isinstance(value, _TYPES.get(found.field, ()))
    if found.field == "ipRanges" and isinstance(value, list):
        fits = all(isinstance(each, dict) for each in value)
    if found.field == "cidr":
        fits = bool(unambiguous_ranges(value))
    is_here = found.home == parent_of(path) and found.field != path[-1]
    return (FieldEdit(path, found.field),) if is_here and fits else ()


def corrections(pool: Pool, fields: Iterable[str], unknown: Iterable[Path]) -> str:
    """What to do about those of the unknown fields that were meant to be one of these.

    Empty if there are none.
    """
    return ", and ".join(
        correction(pool, path) for path in unknown if meaning(pool, path).field in fields
    )


def with_length(pool: Pool, path: Path) -> str:
    """How to write a range whose address and length are two fields; empty if it has none of that.

    A gateway says that they are the subnet, and an address inside the network that it is meant
    alone. ``path`` is one of the two fields.
    """
    item, is_field = path[:-1], parent_of(path) == ITEM and len(path) == 4
    if not is_field or len(pool.written) > _MANY:
        return ""
    values = {
        _plain(str(each[-1])): value for each, value in pool.written.items() if each[:-1] == item
    }
    lengths, networks = [], []
    for name in values:
        meant = _MEANT.get(name, ())
        if "gateway" in meant and name != "prefix":
            return ""
        if "prefixLength" in meant or name == "prefix":
            lengths.append(name)
        elif "cidr" in meant or "ipRanges" in meant:
            networks.append(name)
    if (len(lengths), len(networks)) != (1, 1) or _plain(str(path[-1])) not in lengths + networks:
        return ""
    cidr = network_text(values[networks[0]], values[lengths[0]])
    return f"use cidr: {cidr}, with the prefix length in it" if cidr else ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def rewritten(ranges: Iterable[Spelling]) -> str:
    """How to write these ranges in an ExternalIPPool, as an instruction."""
    return f"use {_items(ranges)}"


def _items(ranges: Iterable[Spelling]) -> str:
    found = list(ranges)
    if len(found) == 1:
        return _fields(found[0])
    shown = "; ".join(_fields(each) for each in found[:3])
    return f"one item for each: {and_more(shown, len(found) - 3, '; ')}"


def _fields(spelling: Spelling) -> str:
    cidr, start, end = spelling
    if cidr:
        return f"cidr: {cidr}"
    if start == end:
        return f"start and end, both {start}"
    return f"start: {start} and end: {end}"


def parent_of(path: Path) -> str:
    """The parent of a field, as :data:`HOMES` names it."""
    match path[:-1]:
        case ():
            return OBJECT
        case ("spec", "ipRanges", _, *_):
            return ITEM
        case ("spec", "nodeSelector", "matchExpressions", _, *_):
            return EXPRESSION
        case parent:
            return dotted(parent)


def _is_label(pool: Pool, name: str, value: object) -> bool:
    """Whether an unknown field of nodeSelector is a label of Nodes."""
    if isinstance(value, dict | list):
        return False
    beside = {str(path[-1]) for path in pool.pruned if parent_of(path) == SELECTOR}
    return not (name in ("key", "operator") and {"key", "operator"} <= beside)


def _by_value(pool: Pool, path: Path, parent: str, plain: str) -> str:
    """Names that several kinds use for different things; empty for other names."""
    if plain not in _AMBIGUOUS:
        return ""
    value = pool.written.get(path)
    if plain == "cidr" or not intended_ranges(value):
        return _AMBIGUOUS[plain]
    if parent == ITEM:
        spelling = pool.ranges[int(path[2])].spelling
        return "subnetInfo" if any(spelling) and plain in _SUBNETS else "cidr"
    return "subnetInfo" if pool.ranges and plain in _SUBNETS else "ipRanges"


_AMBIGUOUS: Final[Mapping[str, str]] = {
    "cidr": "cidr",
    "ip": "ipRanges",
    "network": "ipRanges",
    "prefix": "prefixLength",
    "subnet": "subnetInfo",
    "subnets": "subnetInfo",
}
"""By a name of several meanings: what it means if its value is not a range."""
_SUBNETS: Final = ("network", "prefix", "subnet", "subnets")
"""The ambiguous names that mean the subnet of ranges that are given elsewhere."""


def _closest(plain: str, fields: Iterable[str], cutoff: float) -> str:
    by_plain = {each.lower(): each for each in fields}
    close = get_close_matches(plain, by_plain, n=1, cutoff=cutoff)
    return by_plain[close[0]] if close else ""
