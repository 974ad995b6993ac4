"""What a preview shows of a changed paper before all is made anew."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

import toy_site
from papershelf import pipeline
from papershelf.model import Settings
from papershelf.pipeline import Compiled
from papershelf.render.handover import hand_over
from papershelf.report import Report

SUBJECTS = ("Rivers", "Lakes", "Springs", "Canals", "Deltas", "Marshes")
ENTRIES = "".join(
    f"@article{{key{n},\n  title = {{On the Naming of Hill Number {n}}},\n"
    f"  author = {{Peak, Una}},\n  abstract = {{Hill {n} is told by its shade.}},\n}}\n"
    for n in range(3)
)
COPY = {"title": "Rivers as Graphs, Told by Halves", "authors": ["Ada Waters"], "year": 2024}


def records() -> list[dict[str, Any]]:
    return [
        {
            "title": f"{subject} as Graphs, Told by {way}",
            "abstract": f"We draw {subject.lower()} as graphs, {way.lower()} at a time.",
            "authors": ["Ada Waters", "Bo Lee"],
            "year": 2024,
        }
        for subject in SUBJECTS
        for way in ("Halves", "Thirds")
    ]


def lines(settings: Settings) -> list[dict[str, Any]]:
    file = settings.root / "papers" / "list.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()]


def put(settings: Settings, papers: list[dict[str, Any]]) -> None:
    file = settings.root / "papers" / "list.jsonl"
    file.write_text("".join(json.dumps(paper) + "\n" for paper in papers))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = toy_site.project(tmp_path / "project")
    (made.root / "papers" / "list.txt").unlink()
    (made.root / "papers" / "hills.bib").write_text(ENTRIES)
    put(made, records())
    return made


@pytest.fixture
def last(settings: Settings) -> Compiled:
    return pipeline.generate(settings, Report())


def change(settings: Settings, at: int = 4, **fields: Any) -> None:
    papers = lines(settings)
    papers[at] |= fields
    put(settings, papers)


def edit_entry(settings: Settings) -> None:
    file = settings.root / "papers" / "hills.bib"
    file.write_text(file.read_text().replace("Hill 1 is told", "At noon, hill 1 is told"))


def edit_record(settings: Settings) -> None:
    change(settings, abstract="We draw springs as graphs, halves at a time, and then as maps.")


@pytest.mark.parametrize("save", [edit_record, edit_entry])
def test_a_changed_paper_has_the_page_that_it_will_have(
    settings: Settings, last: Compiled, save: Callable[[Settings], None]
) -> None:
    before = {path: path.read_bytes() for path in settings.docs_dir.rglob("*.md")}
    save(settings)
    ((path, page),) = pipeline.ahead(last, settings, Report()).items()
    assert before == {path: path.read_bytes() for path in settings.docs_dir.rglob("*.md")}
    assert page != before[settings.docs_dir / path]
    pipeline.generate(settings, Report())
    assert page == (settings.docs_dir / path).read_bytes()


def nothing(settings: Settings) -> None:
    """Saved as it was."""
    put(settings, lines(settings))


def moved(settings: Settings) -> None:
    papers = lines(settings)
    put(settings, [papers[-1], *papers[:-1]])


def added(settings: Settings) -> None:
    put(settings, [*lines(settings), {"title": "A newcomer", "authors": ["Cy Hill"]}])


def gone(settings: Settings) -> None:
    put(settings, lines(settings)[1:])


def other_authors(settings: Settings) -> None:
    change(settings, authors=["Cy Hill"])


def many(settings: Settings) -> None:
    put(settings, [one | {"venue": "Waters"} for one in lines(settings) * 2])


def broken(settings: Settings) -> None:
    with (settings.root / "papers" / "list.jsonl").open("a") as file:
        file.write('{"title": \n')


def without_a_title(settings: Settings) -> None:
    change(settings, title="")


@pytest.mark.parametrize(
    "save", [nothing, moved, added, gone, other_authors, many, broken, without_a_title]
)
def test_all_else_waits_for_the_whole_run(
    settings: Settings, last: Compiled, save: Callable[[Settings], None]
) -> None:
    save(settings)
    assert pipeline.ahead(last, settings, Report()) == {}


def test_a_paper_of_two_records_waits(settings: Settings) -> None:
    put(settings, [*records(), COPY])
    last = pipeline.generate(settings, Report())
    assert last.catalog.collection.merges
    change(settings, at=0, abstract="Another one.")
    assert pipeline.ahead(last, settings, Report()) == {}


def test_a_corrected_paper_waits(settings: Settings) -> None:
    (settings.root / "overrides.yml").write_text(
        "springs-as-graphs-told-by-halves:\n  venue: Corrected\n"
    )
    settings = replace(settings, corrections="overrides.yml")
    last = pipeline.generate(settings, Report())
    change(settings, abstract="Another one.")
    assert pipeline.ahead(last, settings, Report()) == {}


def test_papers_of_a_composer_of_the_users_wait(settings: Settings) -> None:
    (settings.root / "mine.py").write_text(
        "def papers(catalog, env):\n    return iter(())\n\nCOMPOSERS = {'papers': papers}\n"
    )
    settings = replace(settings, plugins=("mine.py",))
    last = pipeline.generate(settings, Report())
    change(settings, abstract="Another one.")
    assert pipeline.ahead(last, settings, Report()) == {}


def test_another_process_has_nothing_to_go_by(
    settings: Settings, last: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(settings, abstract="Another one.")
    monkeypatch.setattr("papershelf.cache._open", {})
    assert pipeline.ahead(last, settings, Report()) == {}


# In a preview ----------------------------------------------------------------------------------


@pytest.fixture
def preview(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A preview that has built once; `builds` has what is served when each build begins."""
    option: Any = MkDocsConfig.plugins
    ours = EntryPoint("papershelf", "papershelf.mkdocs_plugin:PapershelfPlugin", "mkdocs.plugins")
    monkeypatch.setitem(option.installed_plugins, "papershelf", ours)
    server = SimpleNamespace(
        _watched_paths={str(settings.docs_dir): 1},
        _epoch_cond=threading.Condition(),
        _visible_epoch=1,
        _wanted_epoch=1,
        watch=lambda path: None,
    )
    builds: list[bytes] = []
    page = settings.root / "served" / "papers" / "springs-as-graphs-told-by-halves" / "index.html"

    def rebuild() -> None:
        builds.append(page.read_bytes())
        assert server._visible_epoch == server._wanted_epoch or b"maps" not in builds[-1]
        whole()

    def whole() -> None:
        with hand_over(settings, generate=True):
            build(configured())
        server._visible_epoch = server._wanted_epoch

    def configured() -> Any:
        return load_config(str(settings.config_file), site_dir=str(settings.root / "served"))

    def save() -> None:
        server._wanted_epoch += 1
        server.builder()

    config = configured()
    config.plugins.on_startup(command="serve", dirty=False)
    whole()
    config.plugins["papershelf"].on_serve(server, config=config, builder=rebuild)
    yield SimpleNamespace(save=save, page=page, builds=builds, server=server)
    option.plugin_cache.pop("papershelf", None)


def test_the_page_is_there_before_the_build_begins(
    settings: Settings, preview: SimpleNamespace
) -> None:
    first = preview.page.read_bytes()
    edit_record(settings)
    preview.save()
    (seen,) = preview.builds
    assert seen != first
    assert b"and then as maps" in seen
    assert b"and then as maps" in preview.page.read_bytes()


def test_what_was_taken_back_is_gone(settings: Settings, preview: SimpleNamespace) -> None:
    first, papers = preview.page.read_bytes(), lines(settings)
    edit_record(settings)
    generate = pipeline.generate
    with pytest.MonkeyPatch.context() as patch:
        # Saved again as it was, before the run that was begun for the change looks at it.
        patch.setattr(
            pipeline, "generate", lambda *given: (put(settings, papers), generate(*given))[1]
        )
        preview.save()
    assert b"and then as maps" in preview.builds[0]
    assert preview.page.read_bytes() == first


def test_what_cannot_be_shown_is_built_all_the_same(
    settings: Settings, preview: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr(pipeline, "ahead", fail)
    edit_record(settings)
    preview.save()
    assert len(preview.builds) == 1
    assert b"and then as maps" in preview.page.read_bytes()
