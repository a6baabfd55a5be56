"""The acts by subject: what each needs beside the table of acts, what its event says, and what it does to the hearing.

Each module has ``STEPS`` (act → `Step`) and ``FOLDS`` (kind of event → `Fold`).
"""
