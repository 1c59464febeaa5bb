"""The linter's rules: one small function each, gathered by what they look at."""
