# servers/pki and pinlab-mint.
