"""Collection + Taxonomy → Topics: which paper is about what, how surely, and why."""

from papershelf.classify.stage import classify

__all__ = ["classify"]
