"""Correct: what the user says of single papers, done after merging, so that it always wins.

`rulings` is asked before: it tells merge which papers are one. Then `correct` changes fields,
hides papers and pins slugs; `correct_topics` comes after the topics are known.
"""

from papershelf.correct.rulings import rulings
from papershelf.correct.stage import Corrected, correct
from papershelf.correct.topics import correct_topics

__all__ = ["Corrected", "correct", "correct_topics", "rulings"]
