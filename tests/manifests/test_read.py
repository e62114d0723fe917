"""Files, directories, patterns and standard input to pools, with the places of their fields."""

import io
import json
import sys
from pathlib import Path

import pytest

from ippoolctl.manifests.read import Manifests, read_manifests
from ippoolctl.reading.yaml_documents import YamlRules
from tests.builders import pool_object

POOL = """\
apiVersion: crd.antrea.io/v1beta1
kind: ExternalIPPool
metadata:
  name: {name}
spec:
  ipRanges:
  - cidr: 10.0.0.0/24
  nodeSelector: {{}}
"""


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def names(manifests: Manifests) -> list[str]:
    return [pool.name for pool in manifests.pools]


def place_of_range(manifests: Manifests, number: int = 0) -> str:
    pool, path = manifests.pools[number], ("spec", "ipRanges", 0)
    return str(manifests.locate([(pool, path)])[id(pool), path])


def test_directory_is_searched_recursively_only_on_request(tmp_path: Path) -> None:
    write(tmp_path / "b.yml", POOL.format(name="b"))
    write(tmp_path / "a.yaml", POOL.format(name="a"))
    write(tmp_path / "c.json", json.dumps(pool_object("c", "10.0.0.0/24")))
    write(tmp_path / "notes.txt", "no manifest")
    write(tmp_path / "sub" / "d.yaml", POOL.format(name="d"))

    flat = read_manifests([str(tmp_path)])
    deep = read_manifests([str(tmp_path)], recursive=True)

    assert names(flat) == ["a", "b", "c"]
    assert names(deep) == ["a", "b", "c", "d"]
    assert not flat.problems


def test_links_to_directories_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", POOL.format(name="a"))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "loop").symlink_to(tmp_path, target_is_directory=True)

    assert names(read_manifests([str(tmp_path)], recursive=True)) == ["a"]


def test_pattern_and_file_without_extension_are_read_once(tmp_path: Path) -> None:
    first = write(tmp_path / "a.yaml", POOL.format(name="a"))
    other = write(tmp_path / "pools", POOL.format(name="b"))

    assert names(read_manifests([f"{tmp_path}/*.yaml", first, other])) == ["a", "b"]


def test_standard_input_has_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    text = POOL.format(name="a")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    manifests = read_manifests(["-"])

    assert place_of_range(manifests) == "<stdin>:7:5"


def test_places_count_over_documents_comments_and_line_endings(tmp_path: Path) -> None:
    text = "# first\n# head\n---\n" + POOL.format(name="a") + "...\n--- # second\n"
    text = (text + POOL.format(name="b")).replace("\n", "\r\n")
    path = write(tmp_path / "a.yaml", "")
    Path(path).write_bytes(b"\xef\xbb\xbf" + text.encode())

    manifests = read_manifests([path])

    assert names(manifests) == ["a", "b"]
    assert place_of_range(manifests, 0) == f"{path}:10:5"
    assert place_of_range(manifests, 1) == f"{path}:20:5"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("%YAML 1.2\n---\n", 1, "a YAML directive, which kubectl cannot read"),
        (
            "# head\n%TAG ! tag:a.b:\n---\n",
            2,
            "a YAML directive, which kubectl cannot read",
        ),
        ("---apiVersion: v1\n", 1, "invalid document separator: ---apiVersion: v1"),
        ("--- !!map\n", 1, "invalid document separator: --- !!map"),
        ("----\n", 1, "invalid document separator: ----"),
        ("--- # comment\r\n", 0, ""),
        ("---\t\r\n", 0, ""),
    ],
)
def test_what_kubectl_cannot_read_costs_one_document(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    path = write(tmp_path / "a.yaml", POOL.format(name="a") + "---\n" + POOL.format(name="b"))
    odd = write(tmp_path / "b.yaml", text + POOL.format(name="c"))

    manifests = read_manifests([path, odd])

    assert names(manifests) == (["a", "b"] if line else ["a", "b", "c"])
    assert [str(each) for each in manifests.problems] == [f"{odd}:{line}:1: {message}"] * bool(line)


def test_invalid_separators_of_a_file_are_one_problem(tmp_path: Path) -> None:
    text = "".join(f"--- part {number}\n" for number in range(1_000))

    manifests = read_manifests([write(tmp_path / "a.yaml", text)])

    assert len(manifests.problems) == 1


def test_the_column_of_an_invalid_byte_counts_characters(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("# ä\nä: ö".encode() + b"\xff")

    (problem,) = read_manifests([str(path)]).problems

    assert str(problem) == f"{path}:2:5: not UTF-8 text"


def test_lists_are_expanded_and_other_kinds_are_counted(tmp_path: Path) -> None:
    items = [
        pool_object("a", "10.0.0.0/24"),
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}},
        {"apiVersion": "v1", "kind": "List", "items": [pool_object("b", "10.0.1.0/24")]},
    ]
    path = write(
        tmp_path / "l.json", json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    )

    manifests = read_manifests([path])

    assert names(manifests) == ["a", "b"]
    assert manifests.others == 1


def test_consecutive_json_documents_have_places(tmp_path: Path) -> None:
    first, second = (json.dumps(pool_object(name, "10.0.0.0/24"), indent=1) for name in ("a", "b"))
    path = write(tmp_path / "s.json", f"{first} {second}")

    manifests = read_manifests([path])

    assert names(manifests) == ["a", "b"]
    line = len(first.split("\n")) + next(
        number for number, row in enumerate(second.split("\n")) if row.strip() == "{" and number > 5
    )
    assert place_of_range(manifests, 1) == f"{path}:{line}:4"


@pytest.mark.parametrize("between", ["", "# c\n", "---\n", "# c\n---\n"])
def test_yaml_follows_a_json_document(tmp_path: Path, between: str) -> None:
    spec = "  spec:\n    nodeSelector: {}\n    ipRanges:\n    - cidr: 10.0.0.0/33\n"
    second = "  apiVersion: crd.antrea.io/v1beta1\n  kind: ExternalIPPool\n  metadata: {name: b}\n"
    first = json.dumps(pool_object("a", "10.0.0.0/24"))
    path = write(tmp_path / "s.yaml", f"{first}\n{between}{second}{spec}")

    manifests = read_manifests([path])

    assert (names(manifests), manifests.problems) == (["a", "b"], [])
    assert place_of_range(manifests, 1) == f"{path}:{8 + between.count(chr(10))}:7"


def test_after_a_separator_json_documents_are_followed_by_yaml(tmp_path: Path) -> None:
    first, second = (json.dumps(pool_object(name, "10.0.0.0/24")) for name in ("a", "b"))
    third = "apiVersion: crd.antrea.io/v1beta1\nkind: ExternalIPPool\nmetadata: {name: c}\n"
    spec = "spec:\n  nodeSelector: {}\n  ipRanges:\n  - cidr: 10.0.0.0/24\n"
    path = write(tmp_path / "s.yaml", f"{first}\n---\n{second}\n---\n{third}{spec}---\n")

    manifests = read_manifests([path])

    assert (names(manifests), manifests.problems) == (["a", "b", "c"], [])
    assert place_of_range(manifests).startswith(f"{path}:1:")
    assert place_of_range(manifests, 1).startswith(f"{path}:3:")
    assert place_of_range(manifests, 2) == f"{path}:11:5"


def test_flow_yaml_is_not_mistaken_for_json(tmp_path: Path) -> None:
    text = "{apiVersion: crd.antrea.io/v1beta1, kind: ExternalIPPool, metadata: {name: a},\n"
    path = write(tmp_path / "f.yaml", text + " spec: {ipRanges: [], nodeSelector: {}}}\n")

    assert names(read_manifests([path])) == ["a"]


def test_an_invalid_document_does_not_hide_the_others(tmp_path: Path) -> None:
    text = "---\n".join(
        [POOL.format(name="a"), "a: [b\n", POOL.format(name="b"), "x: 'y\n", POOL.format(name="c")]
    )
    path = write(tmp_path / "a.yaml", text)

    manifests = read_manifests([path])

    assert names(manifests) == ["a", "b", "c"]
    assert [each.place.line for each in manifests.problems] == [10, 21]


@pytest.mark.parametrize(
    "text", ["hello", "- a\n- b\n", "kind: ExternalIPPool\n", "5", "spec: {ipRanges: []}\n"]
)
def test_value_that_is_not_an_object_is_a_problem_with_its_place(text: str, tmp_path: Path) -> None:
    manifests = read_manifests([write(tmp_path / "a.yaml", "# c\n" + text)])

    (problem,) = manifests.problems
    assert problem.place.line == 2
    assert problem.hint


@pytest.mark.parametrize("text", ["resources: [a.yaml]\n", "image: {tag: v1}\n", "a: b\n"])
def test_files_of_other_tools_are_ignored(text: str, tmp_path: Path) -> None:
    manifests = read_manifests([write(tmp_path / "values.yaml", text)])

    assert not manifests.problems
    assert manifests.others == 1


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n---\n", "null\n"])
def test_empty_documents_are_ignored(text: str, tmp_path: Path) -> None:
    manifests = read_manifests([write(tmp_path / "a.yaml", text)])

    assert not manifests.problems
    assert not manifests.pools


def test_a_field_of_a_pool_without_origin_has_no_place() -> None:
    from tests.builders import pool

    assert Manifests().locate([(pool("a", "10.0.0.0/24"), ())]) == {}


def test_a_long_list_is_located_in_one_walk(tmp_path: Path) -> None:
    items = [pool_object(f"p{n}", "10.0.0.0/24") for n in range(2_000)]
    path = write(
        tmp_path / "l.json", json.dumps({"kind": "List", "apiVersion": "v1", "items": items})
    )
    manifests = read_manifests([path])

    places = manifests.locate((pool, ("spec", "ipRanges", 0)) for pool in manifests.pools)

    columns = [place.column for place in places.values()]
    assert len(places) == 2_000
    assert columns == sorted(set(columns))
    assert columns[-1] < Path(path).stat().st_size


def test_invalid_json_document_keeps_those_before_it(tmp_path: Path) -> None:
    text = json.dumps(pool_object("a", "10.0.0.0/24")) + "\n{\n  'b'\n"
    path = write(tmp_path / "s.json", text)

    manifests = read_manifests([path])

    assert names(manifests) == ["a"]
    (problem,) = manifests.problems
    assert (problem.place.line, problem.place.column) == (3, 3)


def test_too_many_documents_are_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ippoolctl.reading.documents.MAX_DOCUMENTS", 3)
    path = write(tmp_path / "a.yaml", "---\n" * 5)

    (problem,) = read_manifests([path]).problems

    assert problem.message == "more than 3 documents"


def test_a_flood_of_values_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = YamlRules(max_nodes=10)
    monkeypatch.setattr("ippoolctl.reading.yaml_documents.read_yaml.__defaults__", (rules,))
    path = write(tmp_path / "a.yaml", "- a\n" * 20)

    (problem,) = read_manifests([path]).problems

    assert "more than 10 values" in problem.message
    assert problem.place.line == 10


def test_an_invalid_json_document_does_not_hide_the_others(tmp_path: Path) -> None:
    pools = [json.dumps(pool_object(name, "10.0.0.0/24")) for name in ("a", "b")]
    long = '{"n": ' + "1" * 5_000 + "}"
    path = write(tmp_path / "s.yaml", "\n".join([pools[0], '{"a":1,"a":2}', long, pools[1]]))

    manifests = read_manifests([path])

    assert names(manifests) == ["a", "b"]
    assert [each.place.line for each in manifests.problems] == [2, 3]


def test_a_file_under_two_names_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.yaml", POOL.format(name="a"))
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")

    assert names(read_manifests(["a.yaml", "./a.yaml", "link.yaml"])) == ["a"]


def test_list_of_invalid_objects_is_located_once(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n" + "- 1\n" * 4_000

    problems = read_manifests([write(tmp_path / "a.yaml", text)]).problems

    assert [each.place.line for each in problems] == list(range(4, 24))


def test_documents_before_an_error_in_the_same_text_are_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml", POOL.format(name="a") + "...\n%NONSENSE\n: [\n")

    manifests = read_manifests([path])

    assert names(manifests) == ["a"]
    assert len(manifests.problems) == 1
