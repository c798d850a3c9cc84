"""Colours source code with Pygments, in the colours that JupyterLab's own editor uses in its light or dark theme."""

from __future__ import annotations

from html import escape

from pygments import lex  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import Token, _TokenType  # type: ignore[import-untyped]

from workbook.nb.rendering import inked

# By kind of token, the most special first.
_STYLES: tuple[tuple[_TokenType, str], ...] = (
    (Token.Comment, inked("mirror-editor-comment-color", "#44575f") + ";font-style:italic"),
    (Token.Literal.String, inked("mirror-editor-string-color", "#a31515")),
    (Token.Literal.Number, inked("mirror-editor-number-color", "#0a6640")),
    (Token.Keyword.Constant, inked("mirror-editor-keyword-color", "#00733b") + ";font-weight:bold"),
    (Token.Keyword, inked("mirror-editor-keyword-color", "#00733b") + ";font-weight:bold"),
    (Token.Operator.Word, inked("mirror-editor-keyword-color", "#00733b") + ";font-weight:bold"),
    (Token.Name.Decorator, inked("mirror-editor-meta-color", "#7a2bbf")),
    (Token.Name.Function, inked("mirror-editor-def-color", "#0b3fd0")),
    (Token.Name.Class, inked("mirror-editor-def-color", "#0b3fd0")),
    (Token.Name.Tag, inked("mirror-editor-def-color", "#0b3fd0")),
    (Token.Operator, inked("mirror-editor-operator-color", "#6b3fa0")),
)


def coloured_lines(source: str, language: str) -> list[str]:
    """HTML of each line of `source`. `language` is one that Pygments knows: python, sql, json, toml, text."""
    lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    lines: list[list[tuple[str, str]]] = [[]]
    for kind, value in lex(source, lexer):
        style = next((style for token, style in _STYLES if kind in token), "")
        first, *more = value.split("\n")
        for piece, starts_line in [(first, False), *((piece, True) for piece in more)]:
            if starts_line:
                lines.append([])
            if piece:
                _add(lines[-1], style, piece)
    return ["".join(_span(style, text) for style, text in line) for line in lines]


def coloured(source: str, language: str) -> str:
    """HTML of `source`: spans for a `<pre>`."""
    return "\n".join(coloured_lines(source, language))


def _add(line: list[tuple[str, str]], style: str, piece: str) -> None:
    if line and (line[-1][0] == style or piece.isspace()):
        line[-1] = (line[-1][0], line[-1][1] + piece)
    else:
        line.append((style, piece))


def _span(style: str, text: str) -> str:
    return f'<span style="{style}">{escape(text)}</span>' if style else escape(text)


def language(file: str) -> str:
    """The language of a file, by its name; plain text where there is none."""
    endings = {"py": "python", "toml": "toml", "json": "json", "sql": "sql", "ini": "ini", "yml": "yaml"}
    return endings.get(file.rpartition(".")[2], "text")
