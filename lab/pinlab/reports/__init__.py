"""Reports of a run: JSON for machines, JUnit for build servers, a table for people."""
