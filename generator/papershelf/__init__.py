"""papershelf: any collection of papers → a static site.

    sources ─ read ─► Record ─ clean ─► Paper ─ merge ─► Collection
    Collection ─ correct ─► Collection ─┬─ classify ─► Topics
                                        └─ relate ───► Relations
    Catalog(Collection, Topics, Relations) ─ compose ─► Site ─ write ─► docs/ ─ render ─► site/

A stage is one function named like its module. A stage imports the shelf (`model`, `prose`,
`identity`, `report`) and no other stage; only `pipeline` knows two of them.
"""

__version__ = "0.1.0"
