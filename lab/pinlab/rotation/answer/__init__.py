"""The answer to a plan: as a value (`answer`), in the terminal, as a page, as SARIF."""
