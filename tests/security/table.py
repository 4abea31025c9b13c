"""The table of pages. `tests/pages.json` is written by the suite from the portal's own table."""

import json
import pathlib
import re

PAGES = json.loads((pathlib.Path(__file__).resolve().parents[1] / "pages.json").read_text())


def paths(method):
    """The patterns of that method's pages, such as /grants/{id}."""
    return [page["path"] for page in PAGES if page["method"] == method]


def filled(pattern):
    """The pattern's path with ids that nothing has."""
    return re.sub(r"\{\w+\}", "nope", pattern)


def is_of(path, pattern):
    """Whether a path is one of the pattern."""
    return re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", pattern), path)
