"""Verdicts on light, noise and what was heard, from packets. The link's verdict is in `gateway.readout`."""
