"""What the import contracts cannot see: built-in input and output, clocks, long functions."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "backchannel"
PURE = ("channel", "wire", "post")
PURE_NUMBERS = ("bargain", "brief", "plan", "drawing")
# Of `watch` every module is pure but these.
WATCH_IMPURE = {
    *("forecast_log.py", "ledger.py", "ledger_file.py", "proposal_store.py", "report_store.py"),
}
MAX_LINES = 50
MAX_POSITIONAL = 4

# Named one by one: a module that is not here must be looked at before a pure package takes it.
ALLOWED_MODULES = {
    *("__future__", "abc", "array", "base64", "binascii", "bisect", "collections", "contextlib"),
    *(
        "dataclasses",
        "datetime",
        "difflib",
        "enum",
        "functools",
        "hashlib",
        "hmac",
        "itertools",
        "json",
    ),
    *("math", "operator", "re", "string", "struct", "types", "typing", "unicodedata"),
    *("backchannel", "cbor2"),
}
# What numbers are made with, for the packages that compute on them; io for pictures as bytes.
NUMBERS = {
    *("collections", "csv", "decimal", "fractions", "html", "io", "statistics", "xml", "zlib"),
    *("defusedxml", "matplotlib", "numpy", "ortools", "yaml"),
}
# A generator is an argument: numpy's own draws from the system, or from a hidden global state.
DRAWING = re.compile(r"(np|numpy)\.random\.(?!Generator\b)\w+")
FORBIDDEN_NAMES = {"open", "print", "input", "breakpoint", "exec", "eval", "__import__", "compile"}
CLOCKS = {"now", "utcnow", "today"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def impurities(tree: ast.AST, *, numbers: bool = False) -> Iterator[str]:
    """Yield a sentence for each thing in the code that does more than compute."""
    allowed = ALLOWED_MODULES | NUMBERS if numbers else ALLOWED_MODULES
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case _:
                modules = []
        for module in modules:
            if module.partition(".")[0] not in allowed:
                yield f"imports {module}"
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in FORBIDDEN_NAMES:
                yield f"line {node.lineno} uses {name}"
            case ast.Attribute(attr=name) if name in CLOCKS:
                yield f"line {node.lineno} reads a clock with {name}"
            case ast.Attribute() if DRAWING.fullmatch(ast.unparse(node)):
                yield f"line {node.lineno} draws with {ast.unparse(node)}"


def functions(tree: ast.AST) -> Iterator[Function]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def excesses(tree: ast.AST) -> Iterator[str]:
    """Yield a sentence for each function that is too long or takes too many by position."""
    for function in functions(tree):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > MAX_LINES:
            yield f"{function.name} has {lines} lines"
        taken = [*function.args.posonlyargs, *function.args.args]
        given = [argument for argument in taken if argument.arg not in {"self", "cls"}]
        if len(given) > MAX_POSITIONAL:
            yield f"{function.name} takes {len(given)} arguments by position"


def modules(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (SOURCE / package).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def tree_of(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", modules(*PURE), ids=named)
def test_a_pure_module_is_told_everything(path: Path) -> None:
    assert list(impurities(tree_of(path))) == []


@pytest.mark.parametrize("path", modules(*PURE_NUMBERS), ids=named)
def test_a_module_of_numbers_is_told_everything(path: Path) -> None:
    assert list(impurities(tree_of(path), numbers=True)) == []


@pytest.mark.parametrize(
    "path", [path for path in modules("watch") if path.name not in WATCH_IMPURE], ids=named
)
def test_a_module_of_watch_is_told_everything(path: Path) -> None:
    assert list(impurities(tree_of(path), numbers=True)) == []


@pytest.mark.parametrize("path", modules(""), ids=named)
def test_functions_are_short_and_take_few_arguments_by_position(path: Path) -> None:
    assert list(excesses(tree_of(path))) == []


@pytest.mark.parametrize(
    "planted",
    [
        "open('x')",
        "print(1)",
        "say = print",
        "input()",
        "import os",
        "import os.path as p",
        "from time import monotonic",
        "def f():\n    import random",
        "from logging import getLogger",
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.datetime.utcnow()",
        "from datetime import date\nclock = date.today",
        "import datetime as d\nnp.random.default_rng()",
    ],
)
def test_planted_input_output_and_clocks_are_found(planted: str) -> None:
    assert len(list(impurities(ast.parse(planted)))) == 1


@pytest.mark.parametrize(
    "planted",
    [
        "def f(a, b, c, d, e): pass",
        "class C:\n    def f(self, a, b, c, d, e): pass",
        "async def f():\n" + "    1\n" * MAX_LINES,
    ],
)
def test_planted_excesses_are_found(planted: str) -> None:
    assert len(list(excesses(ast.parse(planted)))) == 1


def test_what_is_within_the_limits_is_let_pass() -> None:
    within = ["def f(a, b, c, d, *, e, g): pass", "def f(now):\n    return now", "from . import x"]
    assert [
        x for code in within for x in (*impurities(ast.parse(code)), *excesses(ast.parse(code)))
    ] == []
