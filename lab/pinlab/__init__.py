"""pinlab: a test harness and man-in-the-middle lab for certificate pinning in TLS clients."""

__version__ = "0.1.0"
