"""The changes that a mutation run makes to a source text: one small change at a time."""

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple


class Mutant(NamedTuple):
    """One change of one file."""

    path: str
    """Relative to the root of the repository."""
    line: int
    last: int
    """The lines of the changed node: a test that runs one of them may notice."""
    start: int
    end: int
    """Where the old text stands, in bytes."""
    old: str
    new: str

    def apply(self, source: bytes) -> bytes:
        """The source with this change."""
        return source[: self.start] + self.new.encode() + source[self.end :]

    @property
    def text(self) -> str:
        """The change for people."""
        old, new = (" ".join(each.split()) for each in (self.old, self.new))
        return f"{self.path}:{self.line}  {_short(old)}  ->  {_short(new)}"


_COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_CALLS: Final = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
_DROPPED: Final = (ast.Assign, ast.AugAssign, ast.Continue, ast.Break, ast.Raise, ast.Delete)


def mutants(path: str, source: bytes) -> list[Mutant]:
    """Every change of a file, in the order of lines; the same source gives the same list."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node, new in _changes(ast.parse(source), in_function=False):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        old = source[start:end].decode()
        lines = (node.lineno, node.end_lineno)
        found.append(Mutant(path, *lines, start, end, old, new))
    return sorted(set(found))


Change = tuple[ast.expr | ast.stmt, str]


def _changes(node: ast.AST, *, in_function: bool) -> Iterator[Change]:
    """Annotations, decorators, assertions, type checks and docstrings stay as they are.

    So do formatted strings: Python 3.11 does not know where their parts stand.
    """
    if isinstance(node, ast.Assert | ast.JoinedStr) or _is_type_checking(node):
        return
    is_type = isinstance(node, ast.BinOp) and not in_function
    if isinstance(node, ast.expr) and not is_type:
        yield from ((node, f"({text})") for text in _of_expression(node))
    elif isinstance(node, ast.stmt) and in_function:
        yield from _of_statement(node)
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases"):
            continue
        if isinstance(node, ast.ClassDef) and name == "keywords":
            continue
        inside = in_function or (isinstance(node, ast.FunctionDef) and name == "body")
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _changes(child, in_function=inside)


def _of_expression(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Compare(left, ops, comparators):
            for index, operator in enumerate(ops):
                for other in _COMPARISONS[type(operator)]:
                    swapped = [*ops[:index], other(), *ops[index + 1 :]]
                    yield ast.unparse(ast.Compare(left, swapped, comparators))
        case ast.BoolOp(op, values):
            other_op = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield ast.unparse(ast.BoolOp(other_op, values))
            for index in range(len(values)):
                rest = [*values[:index], *values[index + 1 :]]
                yield ast.unparse(ast.BoolOp(op, rest) if len(rest) > 1 else rest[0])
        case ast.UnaryOp(ast.Not(), operand):
            yield ast.unparse(operand)
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            yield ast.unparse(ast.BinOp(left, _OPERATORS[type(op)](), right))
        case ast.IfExp(_, body, orelse):
            yield ast.unparse(body)
            yield ast.unparse(orelse)
        case ast.Call(ast.Name(name), args, keywords) if name in _CALLS:
            yield ast.unparse(ast.Call(ast.Name(_CALLS[name]), args, _of_list(name, keywords)))
        case ast.Constant(bool(value)):
            yield str(not value)
        case ast.Constant(int(value)):
            yield str(value + 1)
            yield str(value - 1)
        case ast.GeneratorExp() | ast.ListComp() | ast.SetComp() | ast.DictComp():
            yield from _without_a_filter(node)
        case _:
            pass


def _of_list(name: str, keywords: list[ast.keyword]) -> list[ast.keyword]:
    return [] if name == "sorted" else keywords


def _without_a_filter(
    node: ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp,
) -> Iterator[str]:
    for generator in node.generators:
        for index, condition in enumerate(generator.ifs):
            generator.ifs[index] = ast.Constant(value=True)
            yield ast.unparse(node)
            generator.ifs[index] = condition


def _of_statement(node: ast.stmt) -> Iterator[Change]:
    match node:
        case ast.Return(value) if value is not None and not _is_none(value):
            yield node, "return None"
        case ast.Expr(ast.Constant()):
            return
        case ast.Expr(ast.Yield() | ast.YieldFrom()):
            yield node, "yield from ()"
        case ast.Expr() | ast.Return(None):
            yield node, "pass"
        case ast.If(test) | ast.While(test):
            # A condition that always holds, or never: the branch is taken anyway, or removed.
            yield test, "False"
            if isinstance(node, ast.If):
                yield test, "True"
        case _ if isinstance(node, _DROPPED):
            yield node, "pass"
        case _:
            pass


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _short(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:67]}..."
