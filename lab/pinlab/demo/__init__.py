"""The story of a pinned client and its attacker, told by real connections: `pinlab demo`."""
