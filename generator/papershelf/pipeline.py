"""The story: sources → site. The only place that knows two stages."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial

from papershelf import plugins
from papershelf.cache import Cache, opened, recalled
from papershelf.classify import classify
from papershelf.clean import clean, cleaner
from papershelf.compose import compose
from papershelf.correct import Corrected, correct, correct_topics, rulings
from papershelf.corrections import Correction
from papershelf.corrections import records as corrected_records
from papershelf.ledger import Ledger
from papershelf.merge import merge
from papershelf.model import Catalog, Paper, Problem, Settings, Topics
from papershelf.overrides import load_corrections
from papershelf.plugins import Plugins
from papershelf.read import changed, harvest
from papershelf.relate import arrange, relate, remembered
from papershelf.render import render
from papershelf.report import Report, WrongUse
from papershelf.site import Site
from papershelf.taxonomy import load_taxonomy
from papershelf.terms import Known
from papershelf.write import content_of, load_ledger, locked, save_ledger, write


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a run made: the catalog, the ledger with every address, and the site."""

    catalog: Catalog
    ledger: Ledger
    site: Site


def collect(
    settings: Settings, added: Plugins, ledger: Ledger, report: Report, keep: bool = False
) -> Corrected:
    """Sources → every paper once, as the user says that it is, and where it stands.

    With `keep`, what was found out on the way is kept for the next run.
    """
    corrections = load_corrections(settings, report)
    with report.stage("read, clean"):
        papers = _papers(settings, added, report, keep)
    with report.stage("merge"):
        collection = merge(papers, report, partial(rulings, corrections, ledger, report))
    if not collection:
        report.problem(_no_papers(settings))
    drafts = _drafts(corrections, settings, report)
    return correct(collection, corrections, drafts, ledger, report)


def _papers(settings: Settings, added: Plugins, report: Report, keep: bool) -> list[Paper]:
    make = cleaner(settings, added.steps, report)
    if added.readers or added.steps:  # of which nobody knows what they go by
        return list(harvest(settings, added.readers, make, Cache(), report))
    key = (settings.format, settings.year, settings.skip)
    cache = opened(settings.state_dir, "papers", ("read", "clean"), *key)
    papers = list(harvest(settings, {}, make, cache, report))
    cache.save(keep)
    return papers


def ahead(last: Compiled, settings: Settings, report: Report) -> dict[str, bytes]:
    """Sources → the pages, path → file, of papers that read otherwise than in the last run.

    For those who cannot wait until all is made anew. Only papers that were in `last`, by the
    same authors, and that nothing else has a say in: one record, no correction. Where more has
    changed than that, or a good deal, there is none.
    """
    added = plugins.load(settings.plugins, settings.root)
    if added.readers or added.steps:
        return {}
    cache = recalled(settings.state_dir, "papers")
    make = cleaner(settings, {}, report)
    papers = changed(settings, make, cache, _AHEAD + 1) if cache else []
    here = {paper.origins: paper for paper in last.catalog.collection} if papers else {}
    pairs = [(here.get(paper.origins), paper) for paper in papers]
    if len(papers) > _AHEAD or not all(before and _is_like(before, now) for before, now in pairs):
        return {}
    again = {old.id: replace(new, id=old.id, versions=old.versions) for old, new in pairs if old}
    return {page.path: content_of(page) for page in last.site.again(again)}


_AHEAD = 20  # papers at most


def _is_like(before: Paper, now: Paper) -> bool:
    return before.authors == now.authors and "corrected" not in before.extra


def _drafts(corrections: tuple[Correction, ...], settings: Settings, report: Report) -> list[Paper]:
    """The corrected values, read and cleaned as a source's are; they count as no papers."""
    aside = Report()
    drafts = list(clean(corrected_records(corrections), settings, {}, aside))
    for problem in aside.problems if corrections else ():
        report.problem(problem)
    return drafts


def _topics(
    corrected: Corrected, settings: Settings, terms: Known, report: Report, keep: bool = False
) -> Topics:
    taxonomy = load_taxonomy(settings, report)
    with report.stage("classify"):
        cache = opened(settings.state_dir, "topics", ("classify",))
        found = classify(corrected.collection, taxonomy, settings, cache, terms)
        cache.save(keep)
        return correct_topics(found, corrected, taxonomy, settings.max_topics, report)


def selection(
    topics: tuple[str, ...], settings: Settings, added: Plugins, report: Report
) -> list[Paper]:
    """Sources → the papers of the named topics, or all when none is named, in collection order.

    Raises:
        WrongUse: there is no such topic among the papers.
    """
    corrected = collect(settings, added, load_ledger(settings, Report()), report)
    if not topics:
        return list(corrected.collection)
    known = _topics(corrected, settings, remembered(settings.state_dir).known, report).papers
    for topic in topics:
        if topic not in known:
            near = get_close_matches(topic, known, 3)
            hint = f"did you mean {' or '.join(near)}?" if near else ""
            raise WrongUse(f'no paper has the topic "{topic}"', hint)
    wanted = {id for topic in topics for id in known[topic]}
    return [paper for paper in corrected.collection if paper.id in wanted]


def catalogue(
    settings: Settings, added: Plugins, report: Report, keep: bool = False
) -> tuple[Catalog, Ledger]:
    """Sources → everything that is known about every paper, with its address."""
    with _no_collector():
        return _catalogue(settings, added, report, keep)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Nothing here goes round in rings, and looking for rings took half the time of reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()  # or the first thing that the collector does is to go through all of it
            gc.enable()


def _catalogue(
    settings: Settings, added: Plugins, report: Report, keep: bool
) -> tuple[Catalog, Ledger]:
    ledger = load_ledger(settings, report)
    corrected = collect(settings, added, ledger, report, keep)
    collection, slugs = corrected.collection, corrected.slugs
    memory = remembered(settings.state_dir)
    topics = _topics(corrected, settings, memory.known, report, keep)
    with report.stage("relate"):
        relations = relate(collection, topics, settings.related, memory)
        memory.save(keep)
    with report.stage("arrange"):
        places = arrange(collection, topics, relations)
    moved = ledger.forwards(collection, slugs)
    departed = ledger.departed({*slugs.values(), *moved})
    short = ledger.aliases() if settings.short_ids else {}
    aliases = {alias: moved.get(slug, slug) for alias, slug in short.items()}
    known = (slugs, departed, aliases, moved, places)
    return Catalog(collection, topics, relations, *known), ledger


def _no_papers(settings: Settings) -> Problem:
    sources = ", ".join(f'"{source}"' for source in settings.sources) or "no source at all"
    hint = "`papershelf formats` tells what can be read, and `sources` in mkdocs.yml where it lies"
    return Problem("no-papers", f"no paper in {sources}", None, hint)


def compile_site(settings: Settings, report: Report, keep: bool = False) -> Compiled:
    """Sources → Site, in memory; with `keep`, caches are written, and nothing else."""
    added = plugins.load(settings.plugins, settings.root)
    catalog, ledger = catalogue(settings, added, report, keep)
    with report.stage("compose"):
        cache = opened(settings.state_dir, "compose", ("compose",))
        with _no_collector():
            site = compose(catalog, settings, added.composers, report, cache)
        cache.save(keep)
    return Compiled(catalog, ledger, site)


def generate(settings: Settings, report: Report) -> Compiled:
    """Sources → docs/. Writes what changed, removes what we wrote and no longer make."""
    with locked(settings, report):
        compiled = compile_site(settings, report, keep=True)
        with report.stage("write"):
            write(compiled.site, settings, report)
            save_ledger(compiled.ledger, settings)
        gc.unfreeze()
    return compiled


def build(settings: Settings, report: Report) -> Compiled:
    """Sources → docs/ → site/."""
    compiled = generate(settings, report)
    with report.stage("render"):
        render(settings, report)
    return compiled
