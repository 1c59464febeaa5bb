"""Child processes: started, bounded, ended with everything that they started.

`child` runs one, `spawn` starts it, `fork_pool` spreads jobs over forks of this process, `binaries` finds the lab's own
programs. Used by witnesses, runner and above; uses core. Begin with `child`.
"""
