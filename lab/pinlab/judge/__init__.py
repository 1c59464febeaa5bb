"""Decides each case from its evidence: pure, without files, sockets, processes or clock.

`expectation` is the right end of a case, `wire_facts` is what the witnesses prove about a visit, `judge` decides,
`transcript` renders why. Used by runner and above; uses core and evidence. What counts as a breach is in `judge` and
`wire_facts`. Begin with `judge`.
"""
