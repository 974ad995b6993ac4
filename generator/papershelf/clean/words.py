r"""Commands that lost their backslash on the way: `4times70`, `sim3x`, `50{%}`, `x2013`.

Only glued forms are repaired; a word that stands alone (`alpha`, `N times`) is a word.
"""

from __future__ import annotations

import re

_TIMES = re.compile(r"times(?<=\dtimes)(?![a-z])")
_ABOUT = {"sim": "∼", "approx": "≈"}
_GLUED_ABOUT = re.compile(r"(?<![A-Za-z\\])(sim|approx)(?=\d)")
_ARROWS = {"rightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔"}
_GLUED_ARROW = re.compile(r"(?<=[\w})\ufffc])(leftrightarrow|rightarrow|leftarrow)(?![a-z])")
_SIGNS = {"times": "×", "sim": "∼", "approx": "≈", "to": "→", "leq": "≤", "geq": "≥", "pm": "±",
          "le": "≤", "ge": "≥", "cdot": "·", "infty": "∞", "neq": "≠"}  # fmt: skip
_BRACED = re.compile(rf"(?<![A-Za-z\\][A-Za-z])(?<!\\){{(?:({'|'.join(_SIGNS)})|([=+<>%−×→-]))}}")
_INFINITY = re.compile(r"(?<![A-Za-z\\])infty(?![A-Za-z])")
_DEGREE = re.compile(r"(?<=\d)\^?(?:\{circ\}|circ)(?![a-z])")
_FRACTION = re.compile(r"(?<![\w}])(\d{1,6})\{(\d{1,6})\}")
_HEX = re.compile(r"(?<=[A-Za-z)])x(20(?:1[34689cCdD]|26))(?=[A-Za-z])")


def lost_commands(text: str) -> str:
    r"""Signs whose TeX command lost its backslash: `4times70` → 4×70, `sim3x` → ∼3x."""
    if "times" in text:
        text = _TIMES.sub("×", text)
    if "sim" in text or "approx" in text:
        text = _GLUED_ABOUT.sub(lambda m: _ABOUT[m[1]], text)
    if "arrow" in text:
        text = _GLUED_ARROW.sub(lambda m: _ARROWS[m[1]], text)
    if "circ" in text:
        text = _DEGREE.sub("°", text)
    if "{" in text:
        text = _BRACED.sub(lambda m: _SIGNS[m[1]] if m[1] else m[2], text)
        text = _FRACTION.sub(r"\1/\2", text)
    if "infty" in text:
        text = _INFINITY.sub("∞", text)
    return text


def lost_escapes(text: str) -> str:
    """Signs whose Unicode escape lost its backslash: `scratchx2013even` → scratch–even."""
    return _HEX.sub(lambda m: chr(int(m[1], 16)), text) if "x20" in text else text
