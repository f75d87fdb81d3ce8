"""Intake: files of other systems, tried, written and taken back."""
