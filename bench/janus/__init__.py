"""Janus (Debian's package, videoroom plugin) as the peer that the forwarding benchmark measures itself against."""
