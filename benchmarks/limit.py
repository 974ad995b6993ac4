"""How fast Python writes the same files: the site that was built, once more, from memory.

`python -m benchmarks.limit SITE COPY` prints the CPU seconds and the files as JSON. Reading is
not counted: what remains is what no generator in Python can undercut.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_PORTION = 500


def write_again(site: Path, copy: Path) -> dict[str, float]:
    """CPU seconds for writing every file of a site into an empty folder, and their number."""
    shutil.rmtree(copy, ignore_errors=True)
    seconds, files = 0.0, 0
    for portion in _portions(path for path in sorted(site.rglob("*")) if path.is_file()):
        held = [(copy / path.relative_to(site), path.read_bytes()) for path in portion]
        start = time.process_time()
        for path, data in held:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        seconds += time.process_time() - start
        files += len(held)
    return {"cpu": seconds, "files": files}


def _portions(paths: Iterator[Path]) -> Iterator[list[Path]]:
    portion: list[Path] = []
    for path in paths:
        portion.append(path)
        if len(portion) == _PORTION:
            yield portion
            portion = []
    yield portion


if __name__ == "__main__":
    print(json.dumps(write_again(Path(sys.argv[1]), Path(sys.argv[2]))))
