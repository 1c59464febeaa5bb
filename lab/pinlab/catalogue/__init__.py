"""The scenarios: what is shown to a client, what a good client does, and why.

`loader` reads lab/catalogue, `scenario` and `steps` are its model, `checks` hold the files against each other,
`expansion` turns a [matrix] into scenarios, `registry` asks the programs for attack kinds and flaws. Used by judge,
runner, reports and the commands; uses pki and below. Begin with `scenario`.
"""
