"""Tools of those who maintain pinlab; not in the wheel, and imported by no other package.

`benchmarks` (ci/bench), `soak` (ci/soak), `kill_matrix` and `golden_verdicts` (measured files in lab/golden), `docs`
(pages and schemas that are generated). They may use every package.
"""
