"""The texts of a module: its strings that are sentences, and the docstrings that errors speak with.

What is not for people is left out by its form: SQL, patterns, keys, paths and the reasons that are
given to a checker. A text that is put together in the code is shown as it is, with `…` for what is
filled in.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

_OF_PROGRAMS: Final = re.compile(
    r"^\s*(?:select|insert|update|delete|alter|create|drop|with|from|where|lock|set|copy|case) "
    r"|[\\^$]|\(\?|%\(|\w=%|::|^[/.#]|^\w+/\w+|^[\w.]+\.\w+$|[{}<>]\w*=|^on conflict|\w\(|\[Any",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"\[([^\]]+)\]\([\w./-]+\.md\)")
"""A link to a document that is beside the one that the text is for."""
_HTML: Final = re.compile(r"<[^>]+>")
_DOCUMENTED: Final = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def texts(source: str) -> Iterator[str]:
    """Yield the sentences of a module, in its order."""
    tree = ast.parse(source)
    described = set(_descriptions(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and _is_error(node):
            yield from _sentences(ast.get_docstring(node) or "")
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            described.update(node.values)
            yield from _sentences(_filled(node))
        elif node not in described and isinstance(text := getattr(node, "value", None), str):
            yield from _sentences(text)


def _is_error(node: ast.ClassDef) -> bool:
    """Whether its docstring is what people read: it says under which reason."""
    return any(
        isinstance(each, ast.Assign)
        and any(isinstance(one, ast.Name) and one.id == "reason" for one in each.targets)
        for each in node.body
    )


def _descriptions(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what is written for the next developer: docstrings, also those of constants."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for each in body if isinstance(body, list) else ():
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant):
                yield each.value


def _filled(node: ast.JoinedStr) -> str:
    parts = (
        each.value if isinstance(each, ast.Constant) and isinstance(each.value, str) else "…"
        for each in node.values
    )
    return "".join(parts)


def _sentences(text: str) -> Iterator[str]:
    words = _LINK.sub(r"\1", " ".join(_HTML.sub(" ", text).split()))
    if _is_for_people(words):
        yield words


def _is_for_people(text: str) -> bool:
    """Whether it has two words of letters, and looks like nothing that only programs read."""
    if _OF_PROGRAMS.search(text):
        return False
    return len(re.findall(r"[A-Za-z]{2,}", text)) > 1 and " " in text
