"""The domain: hearings, seats, standings, states, acts. Standard library only: no async, no I/O, no clock.

- `terms`: the words. `states`, `acts`: the two tables that decide everything.
- `model`: a hearing's parts as data. `hearing`: events and what they fold to. `procedure`: the acts by subject.
- `creation`, `decide`, `attendance`, `presence`: from a request to events, or to `problems.Refused`.
- `policy`: a hearing for the gateway. `snapshot`: a hearing for one seat. `minutes`, `outages`: a log for the record.
- `slowdown`: wrong code words. `ids`, `times`, `texts`: UUIDv7, ISO 8601, what can be kept.
- `store`: the database adapter, the vault and the words, which may use other libraries.
"""
