"""`python -m papershelf` is `papershelf`."""

from papershelf.cli import entry

if __name__ == "__main__":
    entry()
