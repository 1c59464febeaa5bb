"""Predicts, without a connection: who is served, refused or unprotected at each moment. Begin with `predict`."""
