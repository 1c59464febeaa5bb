"""What users hand over besides pin files: certificates, keys and chains (`certificates`), or a server (`fetch`)."""
