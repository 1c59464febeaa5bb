"""One file for each pin format: what it can say, how it is recognised, read and written. Table: `format_table`."""
