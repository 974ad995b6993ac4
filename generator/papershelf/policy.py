"""What pages may load and run: the Content-Security-Policy, as the host's header says it.

`overrides/partials/csp.html` says the same in each page, for hosts that send no headers and for
pages opened from disk; a test holds the two together.
"""

from __future__ import annotations

from papershelf.model import Settings

DIRECTIVES = {
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # the theme draws its icons from data: addresses
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "frame-src": "",
    "base-uri": "'none'",
    "form-action": "'none'",
}
"""Directive → sources. `extra.csp` may add to each; what is not named falls to `'none'`."""

# The style sheet that the search of Zensical 0.0.73 makes in a script.
_ZENSICAL = {"style-src": "'sha256-NwSx/R2V/U4jnW0Tq5pQ53Y/rzPVJ4dqE7D6UTA/J1k='"}
_GISCUS = dict.fromkeys(("script-src", "style-src", "frame-src"), "https://giscus.app")


def policy(settings: Settings) -> str:
    """The policy in one line; empty where `extra.csp` is false.

    Only a header can say who may frame the pages, so that is not in the pages themselves.

    >>> from pathlib import Path
    >>> policy(Settings(Path())).partition(";")[0]
    "default-src 'none'"
    """
    if settings.policy is None:
        return ""
    layers = [
        DIRECTIVES,
        _ZENSICAL if settings.engine == "zensical" else {},
        _GISCUS if settings.comments else {},
        dict(settings.policy),
    ]
    parts = ["default-src 'none'"]
    for name in DIRECTIVES:
        sources = [layer[name] for layer in layers if layer.get(name)]
        parts += [" ".join([name, *sources])] * bool(sources)
    return "; ".join([*parts, "frame-ancestors 'self'"])
