"""The documentation as a site: 'make docs'."""

from importlib import metadata

project = "gbglass"
author = "The gbglass developers"
project_copyright = "The gbglass developers"
release = metadata.version("gbglass")

extensions = [
    "myst_nb",
    "sphinx.ext.apidoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
html_theme = "furo"
html_title = f"gbglass {release}"
html_static_path: list[str] = []
exclude_patterns = ["reference/modules.rst", "jupyter_execute"]
# docutils takes numpy.str_ in an annotation for a link, and names of fields stand in many classes; what pages link to
# beside docs/ is no page of the site, and that it exists is tested (tests/architecture/test_documents.py).
suppress_warnings = ["docutils", "ref.python", "myst.header", "myst.xref_missing", "misc.highlighting_failure"]

# One page a module, written from its docstrings each time.
apidoc_modules = [
    {
        "path": "../src/gbglass",
        "destination": "reference",
        "exclude_patterns": ["../src/gbglass/cli/**", "../src/gbglass/__main__.py"],
        "separate_modules": True,
        "module_first": True,
        "include_private": False,
    }
]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
napoleon_google_docstring = False
napoleon_use_ivar = True

# The tutorial is kept with its outputs; a test runs it.
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
