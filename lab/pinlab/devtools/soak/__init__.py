"""Long runs that look for leaks: `attacked_client` and `many_connections`, both by ci/soak."""
