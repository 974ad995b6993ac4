"""Small sites written by hand, whole in every respect, and ways to break them one by one."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ADDRESS = "https://shelf.example/sub/"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"


def page(path: str, body: str = "", head: str = "", policy: str = POLICY) -> str:
    """A page without fault at `path`; `body` and `head` are added to it."""
    address = ADDRESS + path.removesuffix("index.html")
    stated = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">{stated}
<meta name="viewport" content="width=device-width">
<title>Page {path}</title>
<meta name="description" content="About {path}.">
<link rel="canonical" href="{address}">
<link rel="stylesheet" href="/sub/look.css">
<script src="/sub/code.js"></script>
{head}
</head>
<body>
<h1 id="top-of-it">Page {path}</h1>
<p><a href="/sub/">Home</a> <a href="/sub/two/?q=1#part">two</a></p>
{body}
<!-- end -->
</body>
</html>
"""


def paper() -> str:
    """A page that calls itself a paper."""
    tags = (
        '<meta name="citation_title" content="Two">',
        '<meta name="citation_author" content="Doe, Jane">',
        '<meta name="citation_publication_date" content="2025/03/14">',
        '<meta name="citation_pdf_url" content="https://papers.example/two.pdf">',
        '<script type="application/ld+json">'
        '{"@context": "https://schema.org", "@type": "ScholarlyArticle", "headline": "Two"}'
        "</script>",
    )
    body = '<h2 id="part">Part</h2><p><img src="../dot.png" alt="a dot"></p>'
    return page("two/index.html", body, "\n".join(tags))


ATOM = f"""\
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>{ADDRESS}</id><title>Shelf</title><updated>2025-03-14T00:00:00Z</updated>
<link rel="self" href="{ADDRESS}feed.xml"/>
<entry><id>{ADDRESS}two/</id><title>Two</title><updated>2025-03-14T00:00:00Z</updated>
<link href="{ADDRESS}two/"/></entry>
</feed>
"""
RSS = f"""\
<rss version="2.0"><channel><title>Shelf</title><link>{ADDRESS}</link><description>New</description>
<item><title>Two</title><link>{ADDRESS}two/</link></item></channel></rss>
"""
JSON_FEED = f"""\
{{"version": "https://jsonfeed.org/version/1.1", "title": "Shelf", "home_page_url": "{ADDRESS}",
"items": [{{"id": "2", "url": "{ADDRESS}two/", "content_text": "Two"}}]}}
"""
SITEMAP = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>{ADDRESS}</loc></url><url><loc>{ADDRESS}two/</loc></url>
</urlset>
"""
FILES: dict[str, str | bytes] = {
    "index.html": page("index.html", '<p><a href="p%20q.html#x">a</a></p>'),
    "two/index.html": paper(),
    "p q.html": page("p%20q.html", '<p id="x"></p>', '<meta name="robots" content="noindex">'),
    "old/index.html": '<!doctype html><html lang="en"><title>Moved</title>'
    f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    '<meta name="viewport" content="width=device-width">'
    '<meta http-equiv="refresh" content="0; url=../two/"><a href="../two/">here</a></html>',
    "404.html": page("404.html"),
    "look.css": "/* url(http://x.example/) */ b { background: url(dot.png) }\n",
    "code.js": '"use strict";\n',
    "dot.png": b"\x89PNG\r\n\x1a\n",
    "feed.xml": ATOM,
    "rss.xml": RSS,
    "feed.json": JSON_FEED,
    "sitemap.xml": SITEMAP,
    "robots.txt": f"User-agent: *\nAllow: /\nSitemap: {ADDRESS}sitemap.xml\n",
}


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """The files, in a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / path).write_bytes(raw)
    return folder


@dataclass(frozen=True)
class Break:
    """A way to break a site: which file, how, and the code that must be found for it.

    `near` is a change of the same kind that breaks nothing.
    """

    code: str
    path: str
    how: Callable[[str], str | bytes | None]
    near: Callable[[str], str] | None = None


def body(text: str) -> Callable[[str], str]:
    """Puts text at the end of a page, on a line of its own."""
    return lambda html: html.replace("</body>", f"{text}\n</body>")


def head(text: str) -> Callable[[str], str]:
    """Puts text at the end of a head."""
    return lambda html: html.replace("</head>", f"{text}\n</head>")


def swap(old: str, new: str) -> Callable[[str], str]:
    """Puts one text in another's place; the old one must be there."""

    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return change


def gone(_: str) -> None:
    """Deletes the file."""


def bytes_of(raw: bytes) -> Callable[[str], bytes]:
    """Puts bytes in the file's place."""
    return lambda _: raw


def sha(text: str) -> str:
    """A source expression of CSP for a script."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


TWO = "two/index.html"
BREAKS: tuple[Break, ...] = (
    # links
    Break("broken-link", TWO, body('<a href="../nowhere/">x</a>'), body('<a href="..">x</a>')),
    Break("broken-link", TWO, body('<a href="/two/">x</a>'), body('<a href="/sub/two">x</a>')),
    Break("broken-link", TWO, body('<a href="../TWO/">x</a>'), body('<a href="../p q">x</a>')),
    Break(
        "broken-link",
        TWO,
        body(f'<a href="{ADDRESS}x">x</a>'),
        body(f'<a href=" {ADDRESS}two/?a=b ">x</a>'),
    ),
    Break("broken-link", "index.html", head('<base href="two/">'), head('<base href="./">')),
    Break("broken-link", "p q.html", gone),
    Break("broken-anchor", TWO, body('<a href="#no">x</a>'), body('<a href="#top">x</a>')),
    Break("broken-anchor", TWO, swap('id="part"', 'id="parts"'), body('<a id="x"></a>')),
    Break(
        "broken-anchor",
        "index.html",
        body('<a href="two/#%70arts">x</a>'),
        body('<a href="two/#%70art">x</a>'),
    ),
    Break("broken-resource", "dot.png", gone),
    Break("broken-resource", "code.js", gone),
    Break("broken-resource", "look.css", lambda css: css + "i { background: url('no.png') }"),
    Break("broken-resource", TWO, body('<img alt="" srcset="../dot.png 1x, ../no.png 2x">')),
    Break(
        "broken-url", TWO, body('<a href="https://[bad">x</a>'), body('<a href="mailto:a@b">x</a>')
    ),
    Break("relative-link", "404.html", body('<a href="two/">x</a>'), body('<a href="#top">x</a>')),
    Break("redirect-loop", "old/index.html", swap("url=../two/", "url=../old/")),
    Break("duplicate-id", TWO, body('<i id="part"></i>'), body('<i id="Part"></i>')),
    # what a page says of itself
    Break("page-doctype", TWO, swap("<!doctype html>", "")),
    Break("page-language", TWO, swap(' lang="en"', ""), swap('lang="en"', 'lang="pt-BR"')),
    Break("page-title", TWO, swap("<title>Page two/index.html</title>", "")),
    Break("page-viewport", TWO, swap('name="viewport"', 'name="view"')),
    Break("page-viewport", TWO, swap("device-width", "device-width, user-scalable=no")),
    Break("page-description", TWO, swap('content="About two/index.html."', 'content=" "')),
    Break("page-canonical", TWO, swap('rel="canonical"', 'rel="home"')),
    Break("page-canonical", TWO, swap('/sub/two/"', '/sub/"')),
    Break("page-heading", TWO, body("<h1>Another</h1>"), body("<h2>Another</h2>")),
    Break("page-heading", "index.html", swap("h1", "p")),
    Break("paper-metadata", TWO, swap("citation_title", "citation_name")),
    Break("paper-metadata", TWO, swap("2025/03/14", "March 2025"), swap("2025/03/14", "2025")),
    Break("paper-metadata", TWO, swap("https://papers.example/two.pdf", "two.pdf")),
    Break("paper-metadata", TWO, head('<meta name="citation_title" content="Again">')),
    Break("json-ld", TWO, swap('"headline": "Two"', '"headline": "Two",')),
    Break("json-ld", TWO, swap('"headline": "Two"', '"keywords": NaN')),
    Break("json-ld", TWO, swap('"headline"', '"text"'), swap('"headline"', '"name"')),
    # text that runs
    Break("event-handler", TWO, body("<p OnClick=x()>x</p>"), body("<p one=x>x</p>")),
    Break(
        "event-handler", TWO, body("<noscript><p title='</noscript><img alt src=.. onerror=x()>'>")
    ),
    Break("event-handler", TWO, body("<template><b onfocus=x()></b></template>")),
    Break("event-handler", TWO, body("<svg><style><img alt='' src=. onerror=x()></style></svg>")),
    Break(
        "event-handler",
        TWO,
        body("<div><template shadowrootmode=open><b onfocus=x()></b></template></div>"),
    ),
    Break(
        "script-url",
        TWO,
        body('<a href=" java\tscr&#10;ipt:x()">x</a>'),
        body('<a href="x:y">x</a>'),
    ),
    Break("script-url", TWO, body('<a href="data:text/html,x">x</a>')),
    Break("script-url", TWO, body('<a href="vbscript:x">x</a>')),
    Break("script-url", TWO, body('<svg><a xlink:href="javascript:x()"><text>x</text></a></svg>')),
    Break(
        "script-url", TWO, body('<svg><animate attributeName=href values="#;javascript:x()"></svg>')
    ),
    Break("script-url", TWO, body('<button formaction="javascript:x()">x</button>')),
    Break("script-url", TWO, head('<meta http-equiv="refresh" content="9;url=javascript:x()">')),
    Break(
        "inline-script",
        TWO,
        body("<script>x()</script>"),
        body('<script type="application/json">{"x": 1}</script>'),
    ),
    Break("inline-script", TWO, body("<svg><script>x()</script></svg>")),
    Break("embedded-page", TWO, body('<iframe title="x" srcdoc="<b>x</b>"></iframe>')),
    Break("embedded-page", TWO, body('<object data="../dot.png"></object>')),
    Break("embedded-page", TWO, bytes_of(b"<frameset><html onload=x()><frame src=.></frameset>")),
    Break("foreign-base", TWO, head('<base href="//evil.example/">')),
    Break("no-policy", TWO, swap(POLICY, "")),
    Break("weak-policy", TWO, swap("script-src 'self'", "script-src 'self' 'unsafe-inline'")),
    Break("weak-policy", TWO, swap("default-src 'none'; ", "")),
    Break("weak-policy", TWO, swap(POLICY, f"{POLICY}; frame-ancestors 'none'")),
    Break("policy-refuses", TWO, body('<p style="color: red">x</p>')),
    Break("policy-refuses", TWO, swap("img-src 'self' data:", "img-src data:")),
    Break("policy-refuses", TWO, body("<style>b {}</style>")),
    # other hosts
    Break("foreign-request", TWO, head('<link rel="preconnect" href="https://f.example">')),
    Break(
        "foreign-request",
        TWO,
        body('<img alt="" src="//f.example/x.png">'),
        body('<a href="https://f.example/x.png">x</a>'),
    ),
    Break("foreign-request", TWO, head('<style>@import "https://f.example/x.css";</style>')),
    Break(
        "foreign-request", "look.css", lambda css: css + "@font-face{src:url(https://f.example/a)}"
    ),
    Break("foreign-request", TWO, body('<svg><image href="https://f.example/x.png"/></svg>')),
    Break("mixed-content", TWO, body('<img alt="" src="http://shelf.example/sub/dot.png">')),
    Break("mixed-content", TWO, body('<form action="http://f.example/"></form>')),
    # feeds, sitemap, robots
    Break("bad-feed", "feed.xml", swap("<updated>2025-03-14T00:00:00Z</updated>", "")),
    Break("bad-feed", "rss.xml", swap("<title>Two</title>", "")),
    Break("bad-feed", "feed.json", swap('"id": "2",', "")),
    Break("broken-link", "feed.json", swap("/two/", "/three/")),
    Break("broken-link", "feed.xml", swap(f'href="{ADDRESS}two/"', f'href="{ADDRESS}three/"')),
    Break("broken-xml", "feed.xml", swap("</entry>", "")),
    Break("no-sitemap", "sitemap.xml", gone),
    Break("bad-sitemap", "sitemap.xml", swap("/two/", "/three/")),
    Break("bad-sitemap", "sitemap.xml", swap("</urlset>", "")),
    Break("bad-sitemap", "sitemap.xml", swap("<urlset", "<!DOCTYPE x><urlset")),
    Break("not-in-sitemap", "sitemap.xml", swap(f"<url><loc>{ADDRESS}two/</loc></url>", "")),
    Break("bad-robots", "robots.txt", swap("sitemap.xml", "map.xml")),
    Break("bad-robots", "robots.txt", swap("Allow: /", "Alow /"), swap("Allow: /", "# x")),
    # access
    Break("image-alt", TWO, swap(' alt="a dot"', ""), swap('alt="a dot"', 'alt=""')),
    Break("frame-title", TWO, body('<iframe src="../"></iframe>')),
    Break(
        "link-name",
        TWO,
        body('<a href="../"> </a>'),
        body('<a href="../"><img alt="x" src="../dot.png"></a>'),
    ),
    Break("button-name", TWO, body("<button></button>"), body('<button title="x"></button>')),
    Break("form-label", TWO, body("<input name=x>"), body("<label>x <input name=x></label>")),
    Break(
        "form-label",
        TWO,
        body('<input type="checkbox" id="x">'),
        body('<input class="md-nav__toggle md-toggle" type="checkbox" id="__toc">'),
    ),
    Break("heading-order", TWO, body("<h4>x</h4>"), body("<h3>x</h3>")),
    Break(
        "table-header",
        TWO,
        body("<table><tr><td>x</table>"),
        body("<table><tr><th>x<td>x</table>"),
    ),
    # files
    Break("not-unicode", "code.js", bytes_of(b'"caf\xe9"')),
    Break("not-unicode", TWO, bytes_of(paper().replace("Part", "\xe9").encode("latin-1"))),
    Break("broken-json", "feed.json", swap("}]}", "}]")),
    Break("broken-json", "feed.json", swap('"title"', '"title": 1, "title"')),
    Break("over-budget", TWO, body("x" * 530_000), body("x" * 400_000)),
    Break("over-budget", "dot.png", bytes_of(bytes(600_000))),
)
