"""The pin formats, a module each; `format_table.py` joins them."""
