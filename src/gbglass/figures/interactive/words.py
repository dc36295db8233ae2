"""Text of a figure as plotly reads it, which takes some tags and entities of HTML for what they are."""

import re
from html import escape

from gbglass.figures.interactive.numbers import NotUnderstoodError

_MATH = re.compile(r"(?:[A-Za-z0-9 .,=+()/-]|[_^](?:\w|\{\w+\}))*")
_SHIFTED = re.compile(r"([_^])(?:(\w)|\{(\w+)\})")
_TAGS = {"_": "sub", "^": "sup"}


def plotly_text(text: str) -> str:
    r"""Write text so that plotly shows each letter of it, with the indices that matplotlib would set.

    Raises
    ------
    NotUnderstoodError
        If it holds formulas beyond indices.

    Examples
    --------
    >>> plotly_text("$E_a$ < 1 eV\nand <b>"), plotly_text("%{x}")
    ('E<sub>a</sub> &lt; 1 eV<br>and &lt;b&gt;', '%&#123;x}')

    """
    parts = re.split(r"(?<!\\)\$", text)
    is_math = len(parts) > 1 and len(parts) % 2 == 1  # as matplotlib decides it
    if not is_math:
        return _escaped(text)
    return "".join(_math(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))


def key(text: str) -> str:
    """Return a name by which a curve and its line in a legend, which may be broken, find each other."""
    return " ".join(text.split())


def _escaped(text: str) -> str:
    shown = escape(text.replace(r"\$", "$"), quote=False).replace("{", "&#123;")
    return shown.replace("\n", "<br>")


def _math(text: str) -> str:
    if not _MATH.fullmatch(text):
        raise NotUnderstoodError(f"formula {text!r}")
    return _SHIFTED.sub(lambda found: f"<{_TAGS[found[1]]}>{found[2] or found[3]}</{_TAGS[found[1]]}>", text)
