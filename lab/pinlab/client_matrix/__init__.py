"""Many clients against one catalogue: measured, kept as data, written as pages (`pinlab matrix`).

`measure` runs them, `data` is what is kept, `markdown` and `html` are the pages. Used by cli. Begin with `main`.
"""
