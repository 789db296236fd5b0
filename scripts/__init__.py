"""Set-up, run by the system Python."""
