"""Writes pages and schemas made from the catalogue and the plans: `python -m pinlab.devtools.docs.main`."""
