"""Notices of hearings (Rules ¶10): an outbox, e-mail with a calendar file, SMS, reminders."""
