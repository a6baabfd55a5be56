"""The audibility ledger: who truly received and played whom, second by second (Rules ¶35).

The words are "received and played": what a person heard, no machine knows.
"""
