"""The clients that come with pinlab, one file each: `curl.py` is the adapter of curl.

pinlab finds them by the entry points "pinlab.clients" of pyproject.toml, as it finds those of any other package, and
imports a file only when its client is asked for. They use pinlab.clients alone, the contract of an adapter.
Begin with `curl.py`; lab/docs/adding-a-client.md explains the rest.
"""
