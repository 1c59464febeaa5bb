"""Pins as users have them: read from the files of many libraries, checked, linted and converted.

Only `inputs/fetch.py` opens connections. Nothing here judges a run of the lab.
"""
