"""The plan file: apps, fleets, PKI, gates and moments, each read from one kind of table. Begin with `model`."""
