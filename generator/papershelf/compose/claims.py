"""Title and abstract → what the authors call their work, and where they say what is new.

Both are quoted, never made up, and left out where there is doubt: a wrong name beside a title
is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from papershelf.compose import facts
from papershelf.prose import Prose, Span

_STEMS = (
    "propos", "introduc", "present", "develop", "releas", "describ", "design", "build", "creat",
    "offer", "contribut",
)  # fmt: skip
_VERBS = f"(?:{'|'.join(_STEMS)})"
_COINED = (
    r"(?:call(?:ed)?|name[ds]?|named|dub(?:bed)?|term(?:ed)?|coin(?:ed)?|denot(?:ed|e)|i\.e\.)"
)
_NAME = re.compile(r"[^\W_]\S*")
_BEFORE_COLON = re.compile(r"(?P<name>[^\s:]+(?: [\dvV][\w.]*)?):\s")
_IN_PARENTHESES = re.compile(r"\((?P<name>[^\s()]{2,24})\)(?=\Z|:)")
# Signs of a name: a capital after the first letter, a digit or a sign among letters.
_SHAPED = re.compile(r"(?=.*[^\W\d_].*[^\W\d_])(?:.+[A-Z]|.*[^\W\d_].*\d|\w+[+@²]).*")
# Words for kinds of papers and of things: what stands before a colon is often one of them.
_NO_NAMES = frozenset(
    "ai agi ml nlp nlu nlg llm llms vlm vlms mllm mllms slm slms lm lms plm plms rl rlhf rlaif dpo "
    "ppo gan gans cnn cnns rnn rnns gnn gnns mlp mlps vae vaes vit vits moe rag cot icl sft peft "
    "lora nerf nerfs 3dgs slam ocr asr tts qa vqa kg kgs gpt gpt-2 gpt-3 gpt-3.5 gpt-4 "
    "gpt-4o gpt-5 gpt-4v chatgpt bert transformer transformers mamba diffusion clip sam o1 llama "
    "gpu gpus cpu tpu api iot uav uavs eeg ecg mri ct xai hci cv dnn dnns snn snns fl ood 2d 3d 4d "
    "usa uk eu un covid-19 covid sok survey review overview tutorial position perspective report "
    "benchmark dataset workshop challenge editorial erratum corrigendum demo poster abstract "
    "part i ii iii iv v vi".split()
)  # fmt: skip
# What only a work of somebody's does: attention may be all one needs, but it surpasses nobody.
_DOES = r"(?:achieves|outperforms|surpasses|consists|employs|leverages|introduces|features)"
_SURVEY = re.compile(r"\b(?:survey|review|overview|tutorial|primer|roadmap)\b", re.IGNORECASE)


def method_name(title: str, abstract: str) -> str:
    """What the authors call their method, model or data, when the title gives it; else nothing.

    A name stands before the first colon, or in parentheses at the end or before a colon. One
    that looks like any other word must be used as a name in the abstract; one that everybody
    uses is none.

    >>> method_name("COAT: Less memory for training", ""), method_name("Survey: What is new", "")
    ('COAT', '')
    >>> method_name("Flute: Small nets", "Nets are big. We present Flute, which is small.")
    'Flute'
    """
    for name, is_short in _candidates(title):
        if _fits(name) and (_is_new(name, abstract) or not (is_short or _is_plain(name))):
            return name
    return ""


def _candidates(title: str) -> Iterator[tuple[str, bool]]:
    """What may be a name, and whether it is the short form of words before it.

    The short form may be everybody's, as in "Large language models (LLMs)".
    """
    if match := _BEFORE_COLON.match(title):
        yield match["name"], False
    if not _SURVEY.search(title):
        yield from ((match["name"], True) for match in _IN_PARENTHESES.finditer(title))


def _fits(name: str) -> bool:
    folded = re.sub(r"['’]?s\Z", "", name.casefold())
    is_word = bool(_NAME.fullmatch(name)) and not re.search(r"[\"“”‘?!,;/$\\<>{}=]", name)
    return is_word and len(name) <= 30 and {name.casefold(), folded}.isdisjoint(_NO_NAMES)


def _is_plain(name: str) -> bool:
    """Whether it could be a word of the language: one capital at most, and that the first."""
    return not _SHAPED.fullmatch(name) or bool(re.search(r"-[a-z]", name))


# What stands before a name that is brought in, up to the name. It is looked for backwards from
# where the name stands: a pattern with the name in it would be compiled for every paper (3 ms).
_OPENED = r"[\"“‘'(]*\Z"
_PROPOSED = re.compile(
    rf"\b{_VERBS}\w*\b[^.;:]{{0,160}}?{_OPENED}|\b{_COINED},?\s+(?:it |as |the )?{_OPENED}"
)
_BEGINS = re.compile(rf"(?:\A|[.?!]\s+){_OPENED}")
_ACTS = re.compile(rf"\s+{_DOES}\b")
_REACH = 256  # characters before a name


def _is_new(name: str, abstract: str) -> bool:
    """Whether the abstract brings the name in: as what it proposes, or as what it is called."""
    text = abstract[:4000]
    return any(_brings_in(text, place, place + len(name)) for place in _places(name, text))


def _brings_in(text: str, start: int, end: int) -> bool:
    first = max(0, start - _REACH)
    if _PROPOSED.search(text, first, start):
        return True
    return bool(_ACTS.match(text, end) and _BEGINS.search(text, first, start))


def _places(name: str, text: str) -> Iterator[int]:
    """Where the name stands as a word of its own."""
    end = -1
    while (start := text.find(name, end + 1)) >= 0:
        end = start
        around = text[start - 1 : start], text[start + len(name) : start + len(name) + 1]
        if not any(sign == "-" or _WORD.match(sign) for sign in around):
            yield start


_WORD = re.compile(r"\w")


def marked(abstract: Prose, name: str = "") -> str:
    """The abstract as HTML, a `<p>` a paragraph, with the sentence that says what is new marked.

    The sentence is marked where it stands, so it is told once and quoted to the letter. Where it
    would begin or end within a formula or an address, nothing is marked.
    """
    said = key_sentence(abstract.plain, name)
    return "".join(
        f"<p>{_marked(part, said) or part.html()}</p>" for part in abstract.paragraphs() if part
    )


def key_sentence(abstract: str, name: str = "") -> str:
    """The sentence that says what is new, to the letter; nothing where none says so plainly.

    The best one tells what is proposed, names it, and calls it new; of two as good the first.

    >>> key_sentence("Nets are big. They grow. We propose Flute, a small net. We also test it.")
    'We propose Flute, a small net.'
    """
    found = [one for part in re.split(r"\n\s*\n", abstract) for one in facts.sentences(part)]
    scores = [_score(sentence, name) for sentence in found]
    best = max(scores, default=0)
    return found[scores.index(best)] if best >= _ENOUGH and len(found) > 1 else ""


_ENOUGH = 3
_SHORTEST = 5  # words
_LONGEST = 500  # a "sentence" of more is several, with the blanks between them lost
_BRINGS = re.compile(
    rf"\b(?:we|I)\b(?:\s+\w+){{0,3}}?\s+{_VERBS}(?:e|es|s|ed)?\b(?!\s+(?:up)?on\b)|"
    rf"\b(?:this|the|our)\s+(?:\w+\s+)?(?:paper|work|article|study|report|thesis|survey)"
    rf"(?:\s+\w+){{0,2}}?\s+{_VERBS}(?:e|es|s|ed)?\b(?!\s+(?:up)?on\b)|\bis\s+(?:proposed|introduced|presented)\b",
    re.IGNORECASE,
)
_FIRST_RANK = re.compile(r"\b(?:propos|introduc|present)", re.IGNORECASE)
_NEW = re.compile(r"\b(?:novel|new|first|dubbed|called|named|termed)\b", re.IGNORECASE)
_AFTERTHOUGHT = re.compile(
    r"\b(?:further|furthermore|also|additionally|moreover|finally|not|besides|later|then|second|"
    r"third|previous(?:ly)?|recent(?:ly)?)\b",
    re.IGNORECASE,
)
_RESULTS = re.compile(r"\b(?:experiments?|results?|evaluations?|analysis|findings)\b", re.I)


def _score(sentence: str, name: str) -> int:
    head = sentence[:300]
    found = _BRINGS.search(head) if facts.may_hold(head, _STEMS) else None
    if not found or len(sentence) > _LONGEST or len(sentence.split()) < _SHORTEST:
        return 0
    score = 3 + bool(_FIRST_RANK.search(found[0])) + bool(_NEW.search(sentence))
    score += 2 * bool(name and name in sentence)
    score -= 2 * bool(_AFTERTHOUGHT.search(sentence[: found.end() + 20]))
    return score - bool(_RESULTS.search(sentence[found.end() : found.end() + 40]))


def _marked(part: Prose, sentence: str) -> str:
    """A paragraph with the sentence marked; nothing when it does not stand there as a whole."""
    start = part.plain.find(sentence) if sentence else -1
    if start < 0:
        return ""
    before, rest = _cut(part.spans, start)
    inside, after = _cut(rest, len(sentence))
    if _length(before) != start or _length(inside) != len(sentence):
        return ""
    head, middle, tail = (Prose(spans).html() for spans in (before, inside, after))
    return f'{head}<mark class="ps-key">{middle}</mark>{tail}'


def _plain(span: Span) -> str:
    return span.plain or span.text


def _length(spans: tuple[Span, ...]) -> int:
    return sum(len(_plain(span)) for span in spans)


def _cut(spans: tuple[Span, ...], place: int) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The spans before and after a place in their plain text; only text can be cut in two."""
    for number, span in enumerate(spans):
        length = len(_plain(span))
        if place < length:
            if span.kind != "text":
                break
            halves = (Span("text", span.text[:place]), Span("text", span.text[place:]))
            return (*spans[:number], *halves[: 1 if place else 0]), (
                halves[1],
                *spans[number + 1 :],
            )
        place -= length
    else:
        return spans, ()
    return spans[:number], spans[number:]
