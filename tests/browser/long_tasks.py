"""Tasks that keep a reader waiting: those that take more than 200 ms at a stretch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from playwright.sync_api import Browser, Page

LIMIT = 200  # ms
WALKS = 3

ALL = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) longest = Math.max(longest, task.duration);
}).observe({type: "longtask", buffered: true});
"""
AFTER_LOADING = """
window.longest = 0;
addEventListener("load", () => new PerformanceObserver((list) => {
  for (const task of list.getEntries()) longest = Math.max(longest, task.duration);
}).observe({entryTypes: ["longtask"]}));
"""

# Work of a known size: what it takes tells how fast the machine is at this moment.
_REFERENCE = """() => {
  const start = performance.now();
  let length = 0;
  for (let turn = 0; turn < 10; turn++) {
    const made = Array.from({length: 10000}, (_, i) => String((i * 7919) % 10007));
    length += made.sort().join(" ").length;
  }
  return length && performance.now() - start;
}"""
_REFERENCE_MS = 35  # on a machine that does nothing else


@dataclass
class Walk:
    """A walk through pages on a phone: 390 wide, `rate` times slower than this machine."""

    page: Page
    rate: int
    _found: dict[str, float] = field(default_factory=dict)
    _references: list[float] = field(default_factory=list)

    def note(self, step: str) -> None:
        """Ends a step of the walk, of which the longest task so far counts."""
        self._found[step] = self.page.evaluate("longest")
        self._references.append(self.page.evaluate(_REFERENCE))
        self.page.evaluate("longest = 0")

    @property
    def longest(self) -> dict[str, float]:
        """The longest task of each step in ms, as if nobody else used the machine."""
        slower = max(1, median(self._references) / _REFERENCE_MS / self.rate)
        return {step: time / slower for step, time in self._found.items()}


@contextmanager
def walking(chromium: Browser, rate: int, watch: str) -> Iterator[Walk]:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.add_init_script(watch)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})
    yield Walk(page, rate)
    context.close()


def freezes(
    chromium: Browser, steps: Callable[[Walk], None], rate: int = 1, watch: str = ALL
) -> dict[str, float]:
    """The steps with a task over the limit, in ms; of three walks the best tells for each step."""
    best: dict[str, float] = {}
    for _ in range(WALKS):
        with walking(chromium, rate, watch) as walk:
            steps(walk)
        best = {step: min(time, best.get(step, time)) for step, time in walk.longest.items()}
        if max(best.values()) <= LIMIT:
            break
    return {step: time for step, time in best.items() if time > LIMIT}
