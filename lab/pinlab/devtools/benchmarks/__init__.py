"""What speed costs: `main` is ci/bench, `suite` compares a run with `baseline_loop`, `peers` with other programs."""
