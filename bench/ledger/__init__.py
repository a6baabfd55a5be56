"""The audibility ledger held against what a listener's browser truly played."""
