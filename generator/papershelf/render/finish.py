"""What is done to a site when the engine has done its work."""

from __future__ import annotations

import gzip
import stat
from io import BytesIO
from pathlib import Path

from papershelf import disk
from papershelf.model import Settings
from papershelf.render import unseen
from papershelf.render.ground import Ground
from papershelf.render.kept import KeptFile, mark, stamp
from papershelf.render.offline import offer_search_from_disk


def finish(settings: Settings | None, site: Path, ground: Ground | None = None) -> None:
    """Adds the files that engines would drop, and takes the date of the build out.

    Raises:
        WriteFailed: the disk said no.
    """
    if settings and settings.beside_dir.is_dir():
        _add_beside(settings.beside_dir, site, ground)
    settle_sitemap(site)
    offer_search_from_disk(site)


def _add_beside(beside: Path, site: Path, ground: Ground | None) -> None:
    """Copies what lies beside docs/; what is in the site already stays."""
    for address, found in unseen.files_below(str(beside)):
        source = stamp(found)
        is_ours = stat.S_ISREG(found.st_mode) and not disk.is_scrap(Path(address).name)
        if not is_ours or (ground and ground.file(address, source)):
            continue
        made = mark(unseen.copy(f"{beside}/{address}", f"{site}/{address}"))
        if ground:
            ground.kept.files[address] = KeptFile(source, made)


def staying_beside(settings: Settings | None, ground: Ground) -> dict[str, KeptFile]:
    """What lies beside docs/ and is in the site already."""
    if settings is None or not settings.beside_dir.is_dir():
        return {}
    files = unseen.files_below(str(settings.beside_dir))
    found = {address: ground.file(address, stamp(looks)) for address, looks in files}
    return {address: file for address, file in found.items() if file}


def settle_sitemap(folder: Path) -> None:
    """Packs `sitemap.xml.gz` anew without the date of the build, which MkDocs puts in."""
    plain, packed = folder / "sitemap.xml", folder / "sitemap.xml.gz"
    content = disk.read_file(plain)
    if content is not None and packed.is_file():
        disk.replace_file(packed, _packed(content))


def _packed(content: bytes) -> bytes:
    """Gzip of no date and of no system: `gzip.compress` names another one since Python 3.13."""
    made = BytesIO()
    with gzip.GzipFile("", "wb", 9, made, mtime=0) as file:
        file.write(content)
    return made.getvalue()
