"""Media: ICE, DTLS-SRTP, tracks, forwarding and feedback. Imports no sibling package."""
