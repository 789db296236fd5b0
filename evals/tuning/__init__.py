"""Tune the encoder's upper layers on the banks (`make tune`)."""
