"""Readers of the texts that pin files are written in: plists, XML, object literals, Python, tokens of code."""
