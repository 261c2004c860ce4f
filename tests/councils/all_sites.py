"""All invented sites by name: every function of ``sites/*.py`` that is called ``site_…`` builds one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

from tests.councils.ground import Ground


def builders() -> dict[str, Callable[[str], Ground]]:
    """Name of each site and the function that builds it (given its name)."""
    found: dict[str, Callable[[str], Ground]] = {}
    for path in sorted((Path(__file__).parent / "sites").glob("*.py")):
        module = import_module(f"tests.councils.sites.{path.stem}")
        for name, value in vars(module).items():
            if name.startswith("site_") and value.__module__ == module.__name__:
                found[name.removeprefix("site_").replace("_", "-")] = value
    return found


def grounds(names: Iterable[str] = ()) -> list[Ground]:
    """The sites whose names hold one of ``names``; all where none is given."""
    wanted = list(names)
    return [build(name) for name, build in builders().items() if not wanted or any(part in name for part in wanted)]
