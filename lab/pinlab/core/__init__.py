"""Small things that every package uses: enums, errors, files, TOML, text, clocks, paths, options, SARIF.

Everyone may use it; it imports nothing of pinlab. A word that stands in reports (a verdict, a reason, an exit status)
is in `enums`; an error that a user reads is one of `errors`. Begin with `enums`.
"""
