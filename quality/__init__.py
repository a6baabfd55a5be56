"""Verdicts on what is measured: of the link now, of light and noise later."""
