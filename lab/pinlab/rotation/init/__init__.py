"""Drafts a plan from certificates, pin files and telemetry: `pinlab rehearse --init`."""
