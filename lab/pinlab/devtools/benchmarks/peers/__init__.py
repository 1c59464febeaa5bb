"""What a connection costs the lab's witnesses, beside servers and interceptors that others wrote."""
