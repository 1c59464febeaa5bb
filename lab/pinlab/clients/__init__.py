"""What a client under test is to the lab: the contract of an adapter, and how clients are found, started, confined.

`api` is the contract, `registry` finds adapters by entry points, `session` keeps a client alive between visits,
`sandbox` and `hosts_file` surround it, `install` brings it. Used by the runner and by every adapter (pinlab_clients);
it knows no client by name. Begin with `api`.
"""
