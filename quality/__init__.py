"""Verdicts on what is measured: of the link, of a picture's light, of the noise beside who speaks."""
