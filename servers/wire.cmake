# servers/wire and pinlab-origin.
