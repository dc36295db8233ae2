"""Templates, styles and scripts that lie beside this module."""

from importlib.resources import files

_FOLDER = files("gbglass.report")


def page_asset(name: str) -> str:
    """Read a part of a page.

    Examples
    --------
    >>> "font-family" in page_asset("page.css")
    True

    """
    return (_FOLDER / name).read_text(encoding="utf-8")
