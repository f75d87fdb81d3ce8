"""Faults: a database whose connections end, hang and lie in every way, under people who read and vote."""
