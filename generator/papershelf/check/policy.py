"""Content Security Policy: which policy holds on a page, and what it lets through (CSP 3)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import new
from urllib.parse import urlsplit

from papershelf.check.addresses import Load, loads
from papershelf.check.built import Built, cleaned, scheme
from papershelf.check.page import Element, Page
from papershelf.check.problems import doubtful, short, wrong
from papershelf.model import Problem

Policy = Mapping[str, tuple[str, ...]]

DATA_BLOCKS = re.compile(r"(?!.*(java|ecma|live|j)script)[a-z]+/[a-z0-9.+-]+|speculationrules")
"""The types of `script` whose content is data and is never run."""

_IN_HEADERS_ONLY = {"frame-ancestors", "sandbox", "report-uri", "report-to"}
_FALLBACK = {"script-src", "style-src", "img-src", "font-src", "connect-src", "media-src"} | {
    "object-src",
    "frame-src",
    "manifest-src",
}


def _meta(page: Page) -> Element | None:
    name = "content-security-policy"
    return next((e for e in page.all("meta") if e.get("http-equiv").lower() == name), None)


def stated(page: Page) -> str:
    """The policy that holds on a page: its own, else the one in `_headers`; empty for none."""
    meta = _meta(page)
    return " ".join(meta.get("content").split() if meta else ()) or from_headers(page.built)


def from_headers(built: Built) -> str:
    """The policy that the file `_headers` sets for every page, as Netlify and its kin read it."""
    if "_headers" not in built.files:
        return ""
    text = built.read("_headers").decode("utf-8", "replace")
    where = ""
    for line in text.splitlines():
        if line.strip() and not line[0].isspace():
            where = line.strip()
        elif where == "/*" and line.strip().lower().startswith("content-security-policy:"):
            return " ".join(line.split(":", 1)[1].split())
    return ""


def parsed(policy: str) -> Policy:
    """The text of a policy → its directives.

    >>> parsed("default-src 'none'; img-src 'self' data:")["img-src"]
    ("'self'", 'data:')
    """
    parts = [part.split() for part in policy.split(";") if part.split()]
    directives: dict[str, tuple[str, ...]] = {}
    for name, *sources in parts:
        directives.setdefault(name.lower(), tuple(sources))  # the first counts
    return directives


def sources(policy: Policy, directive: str) -> tuple[str, ...]:
    """What a directive lets through; without it, what `default-src` does; `*` without both."""
    fallback = policy.get("default-src", ("*",)) if directive in _FALLBACK else ("*",)
    if directive == "frame-src":
        fallback = policy.get("child-src", fallback)
    return policy.get(directive, fallback)


def runs_inline(policy: Policy, text: str) -> bool:
    """Whether the policy lets a script written into the page run: by its hash, or as any."""
    allowed = sources(policy, "script-src")
    strict = any(source.startswith(("'sha", "'nonce-", "'strict-dynamic")) for source in allowed)
    if "'unsafe-inline'" in allowed and not strict:
        return True
    return any(
        f"'{name}-{_hash(name, text)}'" in allowed for name in ("sha256", "sha384", "sha512")
    )


def _hash(name: str, text: str) -> str:
    return b64encode(new(name, text.encode("utf-8", "replace")).digest()).decode()


def is_code(script: Element) -> bool:
    """Whether a `script` holds something that a browser runs, and not data."""
    told = script.get("type").strip().lower()
    return told in {"", "module", "importmap"} or not DATA_BLOCKS.fullmatch(told)


def check_policy(page: Page) -> Iterator[Problem]:
    """What the page loads and runs is what its policy lets through."""
    text = stated(page)
    if not text:
        return
    policy = parsed(text)
    meta = _meta(page)
    if meta:
        yield from _place(page, meta, policy)
    for load in loads(page):
        directive = f"{load.kind}-src" if load.kind else "default-src"
        if not _lets(sources(policy, directive), load, page):
            message = f"the policy's {directive} refuses {short(load.url)}"
            yield wrong("policy-refuses", message, page.path, load.element.line)
    yield from _inline(page, policy)


def _place(page: Page, meta: Element, policy: Policy) -> Iterator[Problem]:
    lost = sorted(_IN_HEADERS_ONLY & policy.keys())
    if lost:
        message = f"{', '.join(lost)} counts for nothing in a <meta>"
        yield doubtful("weak-policy", message, page.path, meta.line, "send it as a header")
    early = next((e for e in page.all("script") if 0 < e.line < meta.line and is_code(e)), None)
    if early:
        message = f"the policy stands below a script (line {early.line}) and does not hold for it"
        yield wrong("weak-policy", message, page.path, meta.line)


def _inline(page: Page, policy: Policy) -> Iterator[Problem]:
    """Scripts are for `code` to judge; styles that are refused leave a page looking wrong."""
    allowed = sources(policy, "style-src")
    if "'unsafe-inline'" in allowed or ("*" in allowed and "style-src" not in policy):
        return
    for element in page.having("style"):
        message = "the policy refuses the style attribute"
        yield wrong("policy-refuses", message, page.path, element.line)
    for element in page.all("style"):
        if f"'sha256-{_hash('sha256', element.text)}'" not in allowed and not element.drawn:
            yield wrong("policy-refuses", "the policy refuses the style", page.path, element.line)


def _lets(allowed: tuple[str, ...], load: Load, page: Page) -> bool:
    named = scheme(load.url)
    if named and named not in {"http", "https"}:
        return f"{named}:" in allowed
    try:
        target = page.built.target(load.url, page.base)
    except ValueError:
        return True  # `links` reports it
    if not target.host:
        return bool({"'self'", "*"} & set(allowed)) or _hosted(allowed, page.built.root)
    return "*" in allowed or f"{target.scheme}:" in allowed or _hosted(allowed, load.url)


def _hosted(allowed: tuple[str, ...], url: str) -> bool:
    host = urlsplit(cleaned(url)).hostname or ""
    named = [urlsplit(s if "//" in s else f"//{s}").hostname or "" for s in allowed if "'" not in s]
    return any(host == n or (n.startswith("*.") and host.endswith(n[1:])) for n in named if n)


def check_policies(built: Built, policies: Mapping[str, str]) -> Iterator[Problem]:
    """Every page has a policy, the same one, and it is worth the name; `policies` by page."""
    bare = [path for path, policy in policies.items() if not policy]
    if bare and len(bare) == len(policies):
        hint = "default-src 'none' and what the pages need, as <meta> or as a header of the host"
        message = f"no page has a Content Security Policy, of {len(bare)}"
        yield doubtful("no-policy", message, bare[0], 0, hint)
    else:
        for path in bare:
            yield wrong("no-policy", "no Content Security Policy, and other pages have one", path)
    counted = Counter(policy for policy in policies.values() if policy)
    for policy in sorted(counted):
        first = next(path for path, text in policies.items() if text == policy)
        for message in _weak(parsed(policy)):
            yield doubtful("weak-policy", f"{message}, on {counted[policy]} pages", first)


def _weak(policy: Policy) -> Iterator[str]:
    scripts = sources(policy, "script-src")
    if "default-src" not in policy:
        yield "the policy has no default-src"
    hashed = any(source.startswith(("'sha", "'nonce-")) for source in scripts)
    if "'unsafe-inline'" in scripts and not hashed:
        yield "'unsafe-inline' lets any script run"
    if "'unsafe-eval'" in scripts:
        yield "'unsafe-eval' lets text become script"
    if {"*", "https:", "http:", "data:"} & set(scripts):
        yield "scripts may come from anywhere"
