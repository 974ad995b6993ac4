"""Scaffold: a folder and a name → a site that builds at once.

The files lie in `scaffold_files/` as they will be, but for `{{name}}` and `{{version}}`.
Nothing that is there already is touched.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from papershelf import __version__
from papershelf.disk import make_folder, replace_file
from papershelf.report import WrongUse

FILES = {
    "mkdocs.yml": "mkdocs.yml",
    "README.md": "README.md",
    ".gitignore": "gitignore",
    ".github/workflows/pages.yml": "workflows/pages.yml",
    ".gitlab-ci.yml": "workflows/gitlab.yml",
    "papers/listing.txt": "papers/listing.txt",
    "papers/papers.jsonl": "papers/papers.jsonl",
    # MkDocs asks for both folders before any plug-in may fill them.
    "docs/.gitkeep": "gitkeep",
    "overrides/.gitkeep": "gitkeep",
}
"""What a new site holds, and the template of each; hidden names would get lost in a wheel."""


class FolderInUse(WrongUse):
    """Files of a new site are there already, or the folder is a file."""

    code = "folder-in-use"


def scaffold(folder: Path, name: str) -> list[str]:
    """Makes a site called `name` in `folder`; gives the files made, relative to it.

    Raises:
        FolderInUse: a file would have to be overwritten; then nothing is written at all.
        WrongUse: the name holds signs that no title should hold.
    """
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise WrongUse(f"{name!r} is no name for a site", "give it some plain text")
    _check(folder)
    for path, template in FILES.items():
        make_folder((folder / path).parent)
        replace_file(folder / path, _fill(template, name).encode())
    return sorted(FILES)


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise FolderInUse(f'"{folder}" is a file', "name a folder that is new or empty")
    # `is_symlink`: a link that leads nowhere would be written through.
    taken = [path for path in FILES if (folder / path).exists() or (folder / path).is_symlink()]
    if taken:
        raise FolderInUse(
            f'"{folder}" already has {", ".join(taken)}',
            "nothing was written; name another folder, or move the files away",
        )


def _fill(template: str, name: str) -> str:
    text = (resources.files("papershelf") / "scaffold_files" / template).read_text("utf-8")
    if template.endswith(".yml"):
        name = name.replace("\\", "\\\\").replace('"', '\\"')  # for YAML's double quotes
    return text.replace("{{version}}", __version__).replace("{{name}}", name)
