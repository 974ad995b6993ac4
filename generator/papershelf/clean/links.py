"""Web addresses in text: freed from their wrapping, found, and told apart by what they lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from papershelf.clean.maths import Found, spans
from papershelf.model import Link, LinkKind
from papershelf.prose import Prose, Span, safe_url

_ADDRESS = r"(?:https?://|www\.)[^\s{}<>\"`|\\^]{1,1000}+"
_ESCAPED_ADDRESS = re.compile(r"https?://[^\s{}<>\"`|^]{1,1000}+")
_ESCAPE = re.compile(r"(?<!\\)\\++([_#%&~])")
_URL_MACRO = re.compile(rf"\\?(?<![A-Za-z])url ?\{{ ?({_ADDRESS}) ?\}}")
_HREF = re.compile(rf"\\?(?<![A-Za-z])href ?\{{ ?({_ADDRESS}) ?\}} ?\{{([^{{}}]{{0,300}})\}}")
_TWICE = re.compile(rf"({_ADDRESS})\{{\1\}}")
_PROXY = re.compile(r"https?://hf-proxy[\w.-]{1,80}\.workers\.dev(?=/)")
# `efficient- NLP-multistage-training`: a blank after a hyphen, before more hyphens.
_BROKEN = re.compile(r"(https?://[^\s{}<>\"]{1,1000}-) (?=[A-Za-z]\w*-[\w.-]*(?:\s|\Z))")
# `…/PETL AST.` at the very end: TeX swallowed the underscore of a repository's name.
_SWALLOWED = re.compile(r"(https?://github\.com/[\w.-]{1,80}/[A-Z]{2,30}) (?=[A-Z]{2,30}\.?\Z)")


def addresses(text: str) -> str:
    r"""Web addresses are freed from `\url{…}`, escapes, proxies and blanks inside them."""
    if "//" not in text and "www." not in text:
        return text
    text = _URL_MACRO.sub(r"\1", _ESCAPED_ADDRESS.sub(lambda m: _ESCAPE.sub(r"\1", m[0]), text))
    text = _TWICE.sub(r"\1", _HREF.sub(_spell_out, text))
    text = _PROXY.sub("https://huggingface.co", text)
    if "- " in text:
        text = _BROKEN.sub(r"\1", text)
    return _SWALLOWED.sub(r"\1_", text)


def _spell_out(match: re.Match[str]) -> str:
    address, words = match[1], match[2].strip()
    return address if not words or words.startswith("http") else f"{words} ({address})"


_FIND = re.compile(
    r"https?://[^\s{}<>\"`|\\^\u3000-\u303f\uff00-\uffef\ufffc]{1,2000}"
    r"|(?<![\w@./-])(?:www\.|(?:github|gitlab)\.com/|huggingface\.co/|arxiv\.org/(?:abs|pdf)/"
    r"|doi\.org/10\.)[^\s{}<>\"`|\\^\u3000-\u303f\uff00-\uffef\ufffc]{3,2000}"
    # Other papers, by the names that their identifiers have in a text.
    r"|(?<![\w@./:-])arxiv: ?(?:\d{4}\.\d{4,5}|[a-z-]{2,20}/\d{7})(?:v\d{1,2})?(?![\w.]\d)"
    r"|(?<![\w@./:-])doi: ?10\.\d{4,9}/[^\s{}<>\"`|\\^,;]{1,300}",
    re.IGNORECASE,
)
_RESOLVERS = {"arxiv": "https://arxiv.org/abs/", "doi": "https://doi.org/"}
_CLOSERS = {")": "(", "]": "["}


def links(text: str) -> str | list[Span]:
    """Web addresses become links, without the punctuation that follows them."""
    if "/" not in text and "www." not in text and "rXiv:" not in text:
        return text
    return spans(text, _found(text))


def _found(text: str) -> Iterator[Found]:
    for match in _FIND.finditer(text):
        shown = _trimmed(match[0])
        address = safe_url(_whole(shown))
        if address and "." in (urlsplit(address).hostname or ""):
            yield match.start(), match.start() + len(shown), Span("link", address, shown)


def _whole(shown: str) -> str:
    """The address as a browser needs it, of one without its scheme or of an identifier.

    >>> _whole("arXiv: 2401.00001"), _whole("www.x.org")
    ('https://arxiv.org/abs/2401.00001', 'https://www.x.org')
    """
    scheme, _, name = shown.partition(":")
    if scheme.lower() in _RESOLVERS:
        return _RESOLVERS[scheme.lower()] + name.strip()
    return shown if "://" in shown else f"https://{shown}"


def _trimmed(address: str) -> str:
    """Without closing punctuation, but for brackets that the address opened itself.

    >>> _trimmed("https://x.org/a_(b)."), _trimmed("https://x.org/v3.0.)'")
    ('https://x.org/a_(b)', 'https://x.org/v3.0')
    """
    while address:
        last = address[-1]
        opener = _CLOSERS.get(last)
        if opener and address.count(last) <= address.count(opener):
            break
        if not opener and last not in ".,;:!?'\"*~’”»…&$":
            break
        address = address[:-1]
    return address


_HOSTS: tuple[tuple[str, LinkKind], ...] = (
    (r"huggingface\.co/datasets/|kaggle\.com/(datasets|c|competitions)/", "data"),
    (r"huggingface\.co/spaces/|youtu\.be/|youtube\.com/|colab\.research\.google\.com/", "demo"),
    (r"arxiv\.org/(?!pdf)|doi\.org/(?!10\.5281)|huggingface\.co/papers/|openreview\.net/|"
     r"aclanthology\.org/|semanticscholar\.org/|wikipedia\.org/", "reference"),
    (r"huggingface\.co/[^/]|modelscope\.cn/models/", "model"),
)  # fmt: skip
_HOST_RULES = tuple(
    (re.compile(rf"https?://(?:[\w-]+\.)*(?:{rule})", re.I), kind) for rule, kind in _HOSTS
)
_FORGE = re.compile(
    r"https?://(?:www\.)?(?:github\.com|gitlab\.|bitbucket\.|codeberg\.|gitee\.com|sr\.ht|"
    r"anonymous\.4open\.science|gist\.github\.com|pypi\.org|cran\.r-project\.org)",
    re.I,
)
_ARCHIVE = re.compile(
    r"https?://(?:[\w-]+\.)*(?:zenodo|figshare|dataverse|osf\.io|doi\.org/10\.5281)", re.I
)
_WORDS: dict[LinkKind, re.Pattern[str]] = {
    "reference": re.compile(r"\b(?:see|cf\.?|e\.g\.)(?: also)?\s*(?:at )?\W*$", re.I),
    "code": re.compile(
        r"\b(?:codes?|codebase|implementations?|scripts?|repositor(?:y|ies)|repo|software|"
        r"librar(?:y|ies)|toolkit|packages?|tools?|source|notebooks?|recipes?)\b",
        re.I,
    ),
    "project": re.compile(r"\b(?:project|web ?site|web ?page|home ?page|page)\b", re.I),
    "demo": re.compile(r"\b(?:demos?|samples?|videos?|audio|playground|demonstrations?)\b", re.I),
    "data": re.compile(r"\b(?:data|data ?sets?|benchmarks?|corpus|corpora|leaderboard)\b", re.I),
    "model": re.compile(r"\b(?:models?|checkpoints?|weights)\b", re.I),
}
_CONTEXT = 160
_LIST = re.compile(r"[\s,;()/&]{0,5}(?:and|or)?[\s,;()/&]{0,5}")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z])")


def prose_links(prose: Prose) -> Iterator[Link]:
    """The links of a text, each with its kind: by its host, then by the words before it."""
    before, kind = "", None
    for span in prose.spans:
        if span.kind != "link":
            before += span.plain or span.text
            continue
        context = _SENTENCE_END.split(before[-_CONTEXT:])[-1]
        # `data (x, y, and z)`: y and z are what x is.
        if kind is None or not _LIST.fullmatch(context):
            kind = link_kind(span.text, context)
        yield Link(kind, span.text)
        before = ""


def link_kind(address: str, words: str = "") -> LinkKind:
    """What an address leads to.

    >>> link_kind("https://github.com/a/b", "The dataset is at"), link_kind("https://a.github.io")
    ('data', 'project')
    """
    if _WORDS["reference"].search(words):
        return "reference"
    for rule, kind in _HOST_RULES:
        if rule.match(address):
            return kind
    if _FORGE.match(address):
        return _by_words(words, ("code", "project", "data", "model"), "code")
    if _ARCHIVE.match(address):
        return _by_words(words, ("data", "code", "model"), "data")
    if re.search(r"\.pdf\b", address, re.I):
        return "reference"
    return _by_words(words, ("project", "code", "demo", "data", "model"), "project")


def _by_words(words: str, kinds: tuple[LinkKind, ...], default: LinkKind) -> LinkKind:
    return next((kind for kind in kinds if _WORDS[kind].search(words)), default)


def link_key(address: str) -> str:
    """What two spellings of one address have in common.

    >>> link_key("http://www.GitHub.com/a/b.git/") == link_key("https://github.com/a/b")
    True
    """
    rest = re.sub(r"\Ahttps?://(?:www\.)?", "", address, flags=re.I)
    host, slash, path = rest.partition("/")
    return host.lower() + slash + path.rstrip("/").removesuffix(".git") if path else host.lower()
