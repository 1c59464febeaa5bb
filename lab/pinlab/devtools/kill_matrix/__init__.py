"""Which scenario catches which flawed client: `main` measures it, `data` is the file lab/golden/kills.tsv."""
