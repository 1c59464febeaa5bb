"""Reports of a run: a table, JSON, JUnit, HTML, Markdown; what changed against a baseline; explanations.

`write` writes the files, one module for each format (`junit`, `html_report`, `table`). Used by cli, serve, demo and
client_matrix; reads the results of the runner. Begin with `write`.
"""
