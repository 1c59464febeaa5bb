"""Rotation rehearsal: a plan, what it will do to a fleet of pinned apps, and when each step is safe."""
