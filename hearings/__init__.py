"""The domain: hearings, seats, standings, states, acts. Standard library only: no async, no I/O, no clock."""
