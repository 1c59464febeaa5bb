"""Real renewals (`pinlab renewals`): certbot renews at a Pebble on loopback, and the public keys are compared.

`measure` renews, `findings` holds a plan's promises against it, `pinned_client` shows the renewed chain to a client.
Used by cli; may use rotation. Begin with `measure`.
"""
