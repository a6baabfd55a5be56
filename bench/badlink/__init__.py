"""What is heard and seen over a bad link, beside a peer on the same link."""
