"""The demonstration `pinlab demo`: a pinned client and its attacker, by real connections.

`script` has the steps, `play` runs them, `terminal` and `html` show them. Used by cli. Begin with `script`.
"""
