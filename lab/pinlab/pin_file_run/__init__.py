"""`pinlab run --pins FILE`: the statements of a user's pin file, each checked by real connections.

`statements` reads them, `catalogue` makes scenarios, `rewrite` puts the lab's keys into the file, `extension` is
what the runner sees. Used by cli. Begin with `prepare`.
"""
