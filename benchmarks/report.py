"""The results as a page of the documentation, with a plot."""

from __future__ import annotations

from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

Size = dict[str, Any]
"""The results for one number of papers, as `__main__` makes them."""

_OURS, _RENDERING = "papershelf", "papershelf, rendering"
_CASES = {"cold": "from nothing", "unchanged": "nothing changed", "changed": "one paper changed",
          "added": "one paper added"}  # fmt: skip
_HEAD = """# Benchmarks

Made by `make bench`: papershelf and its peers build the same pages, within the same frame of
the theme, in one run on one machine, one after the other and round after round; medians are
shown. CPU seconds are those of all processes; memory is the most that all of them held at once,
shared pages counted once. Seconds differ from machine to machine: look at the ratios.

What is compared: *papershelf* is the whole command, from a JSON Lines file to a searchable
site: it reads, cleans, merges, finds topics and related papers, writes pages and renders them.
*papershelf, rendering* is its last stage alone, `docs/` → `site/`, and so are all others; of
those only MkDocs makes a search index. Pictures and Markdown twins are off, as no peer makes any.
Hugo has the same `docs/`, front matter and all; Eleventy and Pelican get what they can read of
each page. All three have one template, a page of the theme with slots for what differs between
pages; Eleventy, Pelican, Hugo and MkDocs build everything again whatever changed.
"""


def write(sizes: list[Size], docs: Path) -> None:
    """Writes docs/benchmarks.md and docs/assets/benchmarks.svg."""
    (docs / "benchmarks.md").write_text(text(sizes), "utf-8")
    _plot(sizes, docs / "assets" / "benchmarks.svg")


def text(sizes: list[Size]) -> str:
    """The page, in Markdown."""
    parts = [_HEAD, "![CPU seconds by papers](assets/benchmarks.svg)\n"]
    parts += [_section(size) for size in sizes]
    return "\n".join(part for part in (*parts, _growth(sizes)) if part)


def _section(size: Size) -> str:
    title = (
        f"## {size['papers']:,} papers\n\n{size['pages']:,} pages, {size['bytes'] / 1e6:,.0f} MB "
        f"of HTML; records: {size['origin']}; {size['rounds']} rounds. Writing the same files "
        f"from Python takes {size['limit']:.2f} s of CPU.\n"
    )
    made = ", ".join(
        f"{name} {pages:,} pages, {weight / 1e6:,.0f} MB"
        for name, (pages, weight) in size["made"].items()
    )
    title += f"\nAs a check that all did the same work, what each wrote: {made}.\n"
    if live := size.get("live"):
        title += (
            f"\nIn the live preview a paper that is saved is in the browser after "
            f"{live['page']:.1f} s, and all that lists it after {live['all']:.1f} s (medians, by "
            f"the clock).\n"
        )
    lines = ["| | case | CPU s | ratio to ours | wall s | memory MB |", "|---|---|--:|--:|--:|--:|"]
    for name, cases in size["runs"].items():
        for case, one in cases.items():
            lines.append(_row(size, name, case, one))
    return title + "\n" + "\n".join(lines) + "\n"


def _row(size: Size, name: str, case: str, one: dict[str, Any]) -> str:
    said = _CASES[case]
    if one["failed"]:
        return f"| {name} | {said} | {one['failed']} | | | {one['memory'] / 1e6:,.0f} |"
    ours = size["runs"].get(_RENDERING if name != _OURS else _OURS, {}).get(case)
    ratio = f"{one['cpu'] / ours['cpu']:.2f}" if ours and not ours["failed"] else ""
    return (
        f"| {name} | {said} | {one['cpu']:.2f} | {ratio} | {one['wall']:.2f} | "
        f"{one['memory'] / 1e6:,.0f} |"
    )


def _growth(sizes: list[Size]) -> str:
    """The exponent of growth between the sizes: 1 is linear."""
    lines = []
    for name in dict.fromkeys(name for size in sizes for name in size["runs"]):
        points = [
            (size["papers"], size["runs"][name]["cold"]["cpu"])
            for size in sizes
            if name in size["runs"] and not size["runs"][name]["cold"]["failed"]
        ]
        steps = [
            f"{few:,} → {many:,}: {log(more / less) / log(many / few):.2f}"
            for (few, less), (many, more) in pairwise(points)
        ]
        if steps:
            lines.append(f"| {name} | {'; '.join(steps)} |")
    head = "## Growth\n\nThe exponent of CPU time from nothing: 1 is linear, 2 quadratic.\n\n"
    return head + "| | exponent |\n|---|---|\n" + "\n".join(lines) + "\n" if lines else ""


def _plot(sizes: list[Size], file: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "papershelf", "svg.fonttype": "none"})
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 5))
    for name in dict.fromkeys(name for size in sizes for name in size["runs"]):
        points = [
            (size["papers"], size["runs"][name]["cold"]["cpu"])
            for size in sizes
            if name in size["runs"] and not size["runs"][name]["cold"]["failed"]
        ]
        bold = 2.5 if name.startswith("papershelf") else 1.2
        axes.plot(*zip(*points, strict=True), marker="o", linewidth=bold, label=name)
    axes.set(xscale="log", yscale="log", xlabel="papers", ylabel="CPU seconds, from nothing")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(file, metadata={"Date": None}, bbox_inches="tight")
