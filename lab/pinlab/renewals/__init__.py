"""Real renewals: an ACME client renews at an ACME server on loopback, and the public keys are compared."""
