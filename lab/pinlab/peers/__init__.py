"""The lab's witnesses beside servers and interceptors that others wrote: what a connection costs each, in one run."""
