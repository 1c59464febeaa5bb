"""Helpers of the tests: one noun in each file."""
