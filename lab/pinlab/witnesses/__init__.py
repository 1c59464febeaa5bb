"""The witnesses of a case: origin and interceptor as processes, and what else is recorded.

`witness` runs one, `testbed` holds those of a case, `fork_server` starts them quickly, `packet_capture` and `keylog`
keep more. Used by runner and above; uses evidence and processes. Begin with `witness`.
"""
