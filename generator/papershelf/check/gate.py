"""All checks over all pages, spread over the processors, with bounded memory."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from papershelf.check.accessible import check_access
from papershelf.check.built import Built, walk
from papershelf.check.code import check_code
from papershelf.check.feeds import check_feeds
from papershelf.check.head import check_head
from papershelf.check.ids import check_ids
from papershelf.check.links import check_anchors, check_links, check_redirects
from papershelf.check.names import check_names
from papershelf.check.page import Page, parse
from papershelf.check.policy import check_policies, check_policy
from papershelf.check.requests import check_requests, check_styles
from papershelf.check.scholar import check_papers
from papershelf.check.sitemap import check_robots, check_sitemap
from papershelf.check.sizes import Budgets
from papershelf.check.summary import Summaries, Summary, summarise
from papershelf.check.text import check_text
from papershelf.model import Problem

PageCheck = Callable[[Page], Iterable[Problem]]
SiteCheck = Callable[[Built, Summaries], Iterable[Problem]]


def _check_policies(built: Built, pages: Summaries) -> Iterator[Problem]:
    return check_policies(built, {path: page.policy for path, page in pages.items()})


PAGE_CHECKS: Mapping[str, PageCheck] = {
    "links": check_links,
    "ids": check_ids,
    "head": check_head,
    "papers": check_papers,
    "code": check_code,
    "policy": check_policy,
    "requests": check_requests,
    "access": check_access,
    "sizes": Budgets({}).check_page,
}
SITE_CHECKS: Mapping[str, SiteCheck] = {
    "links": check_anchors,
    "redirects": check_redirects,
    "policy": _check_policies,
    "requests": check_styles,
    "feeds": check_feeds,
    "sitemap": check_sitemap,
    "robots": check_robots,
    "sizes": Budgets({}).check_site,
    "names": check_names,
    "text": check_text,
}
CHECKS: tuple[str, ...] = tuple(dict.fromkeys((*PAGE_CHECKS, *SITE_CHECKS)))
"""The names of all checks, by which they are left out."""

MOST_OF_A_KIND = 1000
"""The most problems of one code that are kept; the rest is counted. A fault of a template shows on
every page, and a site may have 100,000."""

# Below, a second process is not worth its memory: it takes 0.3 s to start, a page 1.3 ms.
_FEWEST = 2000
_PORTION = 250


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to check: `skip` names checks and codes to leave out, `budgets` changes limits."""

    skip: tuple[str, ...] = ()
    budgets: Mapping[str, int] = field(default_factory=dict)
    processes: int = 0


@dataclass(slots=True)
class Verdict:
    """What the gate found: how much it saw, all codes with their number, and the problems."""

    files: int
    pages: int
    bytes: int
    found: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Counts a problem, and keeps it as long as there are few of its kind."""
        self.found[problem.code] += 1
        if self.found[problem.code] <= MOST_OF_A_KIND:
            self.problems.append(problem)


Looked = tuple[str, Summary, list[Problem]]


def check(folder: Path, address: str, wanted: Wanted) -> Verdict:
    """A built site → what is wrong with it.

    `address` is its `site_url`; where it is empty, the canonical address of the home page counts.
    """
    built = walk(folder, address)
    if not address:
        built = walk(folder, _told(built))
    verdict = Verdict(len(built.files), len(built.pages), sum(built.files.values()))
    pages: dict[str, Summary] = {}
    for path, summary, problems in _look_at_all(built, wanted):
        pages[path] = summary
        _keep(problems, wanted, verdict)
    for name, run in _site_checks(wanted).items():
        if name not in wanted.skip:
            _keep(run(built, pages), wanted, verdict)
    return verdict


def _told(built: Built) -> str:
    """The address that the home page gives as its own; empty when it gives none."""
    if "index.html" not in built.files:
        return ""
    link = parse("index.html", built.read("index.html"), built).link("canonical")
    told = link.get("href").strip().removesuffix("index.html") if link else ""
    return told if told.startswith(("https://", "http://")) else ""


def _keep(problems: Iterable[Problem], wanted: Wanted, verdict: Verdict) -> None:
    for problem in problems:
        if problem.code not in wanted.skip:
            verdict.add(problem)


def _page_checks(wanted: Wanted) -> dict[str, PageCheck]:
    return {**PAGE_CHECKS, "sizes": Budgets(wanted.budgets).check_page}


def _site_checks(wanted: Wanted) -> dict[str, SiteCheck]:
    return {**SITE_CHECKS, "sizes": Budgets(wanted.budgets).check_site}


def look_at(built: Built, wanted: Wanted, path: str) -> Looked:
    """One page → what all page checks say of it, and what the site's checks need to know."""
    page = parse(path, built.read(path), built)
    checks = _page_checks(wanted).items()
    found = [p for name, run in checks if name not in wanted.skip for p in run(page)]
    return path, summarise(page), list(dict.fromkeys(found))


def _look_at_all(built: Built, wanted: Wanted) -> Iterator[Looked]:
    """All pages, in order, whatever the number of processes."""
    pages = built.pages
    processes = wanted.processes or (len(pages) >= _FEWEST and os.cpu_count()) or 1
    done = 0
    if processes > 1:
        try:
            for looked in _spread(built, wanted, pages, processes):
                done += 1
                yield looked
        except BrokenProcessPool:  # a process was killed, or none may be started here
            pass
    for path in pages[done:]:
        yield look_at(built, wanted, path)


def _spread(built: Built, wanted: Wanted, pages: list[str], processes: int) -> Iterator[Looked]:
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=_remember, initargs=(built, wanted)
    ) as pool:
        yield from pool.map(_look, pages, chunksize=_PORTION)


_at_hand: list[partial[Looked]] = []


def _remember(built: Built, wanted: Wanted) -> None:
    """Sent once to each process: the list of files alone is 5 MB for 60,000 of them."""
    _at_hand[:] = [partial(look_at, built, wanted)]


def _look(path: str) -> Looked:
    return _at_hand[0](path)
