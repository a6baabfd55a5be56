"""What comes before a hearing: courtrooms, cases, applications, the calendar of working days, a court's policies.

Pure, as the hearing itself: events with version numbers are the truth, and every change names who, when and why.

- `terms`: the words. `application_states`, `application_acts`: the two tables of an application.
- `application`: events and what they fold to. `submission`, `procedure`: from a request to events, or `Refused`.
- `views`: an application as each may see it.
- `calendar`, `policies`, `courtrooms`, `cases`: what a court keeps, with its history. `kazakhstan`: public holidays.
- `streams`: what all of them share. `retention`: for how long documents are kept.
"""
