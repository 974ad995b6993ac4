"""The story: sources → site. The only place that knows two stages."""

from __future__ import annotations

from dataclasses import dataclass

from papershelf import plugins
from papershelf.classify import classify
from papershelf.clean import clean
from papershelf.compose import compose
from papershelf.identity import Ledger
from papershelf.merge import merge
from papershelf.model import Catalog, Problem, Settings
from papershelf.plugins import Plugins
from papershelf.read import read
from papershelf.relate import relate
from papershelf.render import render
from papershelf.report import Report
from papershelf.site import Site
from papershelf.taxonomy import load_taxonomy
from papershelf.write import load_ledger, locked, save_ledger, write


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a run made: the catalog, the ledger with every address, and the site."""

    catalog: Catalog
    ledger: Ledger
    site: Site


def catalogue(settings: Settings, added: Plugins, report: Report) -> tuple[Catalog, Ledger]:
    """Sources → everything that is known about every paper, with its address."""
    records = read(settings, added.readers, report)
    papers = clean(records, settings, added.steps, report)
    with report.stage("read, clean, merge"):  # the first two happen while the third asks
        collection = merge(papers, report)
    if not collection:
        report.problem(_no_papers(settings))
    with report.stage("classify"):
        topics = classify(collection, load_taxonomy(settings, report), settings)
    with report.stage("relate"):
        relations = relate(collection, topics, settings.related)
    ledger = load_ledger(settings, report)
    slugs = ledger.assign(collection)
    aliases = ledger.aliases() if settings.short_ids else {}
    catalog = Catalog(
        collection, topics, relations, slugs, ledger.departed(slugs.values()), aliases
    )
    return catalog, ledger


def _no_papers(settings: Settings) -> Problem:
    sources = ", ".join(f'"{source}"' for source in settings.sources) or "no source at all"
    hint = "`papershelf formats` tells what can be read, and `sources` in mkdocs.yml where it lies"
    return Problem("no-papers", f"no paper in {sources}", None, hint)


def compile_site(settings: Settings, report: Report) -> Compiled:
    """Sources → Site, in memory; nothing is written."""
    added = plugins.load(settings.plugins, settings.root)
    catalog, ledger = catalogue(settings, added, report)
    with report.stage("compose"):
        site = compose(catalog, settings, added.composers, report)
    return Compiled(catalog, ledger, site)


def generate(settings: Settings, report: Report) -> Compiled:
    """Sources → docs/. Writes what changed, removes what we wrote and no longer make."""
    with locked(settings, report):
        compiled = compile_site(settings, report)
        with report.stage("write"):
            write(compiled.site, settings, report)
            save_ledger(compiled.ledger, settings)
    return compiled


def build(settings: Settings, report: Report) -> Compiled:
    """Sources → docs/ → site/."""
    compiled = generate(settings, report)
    with report.stage("render"):
        render(settings, report)
    return compiled
