"""Collection + Taxonomy → Topics: which paper is about what, how surely, and why.

The only door to scikit-learn beside `relate`.
"""

from papershelf.classify.stage import classify

__all__ = ["classify"]
