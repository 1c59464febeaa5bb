"""Real releases with a real fault, each beside its fixed twin: the catalogue must find such faults."""
