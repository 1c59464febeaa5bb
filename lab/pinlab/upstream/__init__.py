"""The interceptor in front of the user's own staging server: who it is, what is played, what is secret."""
