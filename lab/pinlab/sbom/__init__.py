"""The bill of materials of the lab: what its locks and package lists name, as CycloneDX 1.5."""
