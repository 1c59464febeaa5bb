"""A run: cases from scenarios, witnesses and clients started for each, evidence judged, results in order.

`options` are the flags, `settings` the run as a value, `cases` what is run, `case_runner` runs one with its controls,
`collect_evidence` starts the witnesses, `briefs` tell them what to do, `execute` runs all under pytest, `extensions` is
what a run can be besides. Used by reports and above. Begin with `case_runner`.
"""
