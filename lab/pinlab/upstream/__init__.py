"""`pinlab run --upstream`: the interceptor in front of the user's own staging server.

`target` is the server, `catalogue` the scenarios, `server_probe` looks at it, `extension` is what the runner sees. Used
by cli. Begin with `prepare`.
"""
