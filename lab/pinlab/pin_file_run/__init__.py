"""`pinlab run --pins FILE`: the statements of a user's pin file, each checked by real connections."""
