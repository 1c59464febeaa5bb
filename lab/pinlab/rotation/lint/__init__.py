"""Finds mistakes in a plan: `linter` runs the `rules`, each gives findings with a code."""
