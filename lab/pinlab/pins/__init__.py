"""Pins as users have them: read from the files of many libraries, checked, linted and converted.

Nothing here opens a connection by itself except `fetch.py`, and nothing here judges a run of the lab.
"""
