"""What ends a render."""

from __future__ import annotations

from papershelf.report import Failure


class RenderFailed(Failure):
    """The site could not be built; the one that was there is as it was."""

    code = "render-failed"
