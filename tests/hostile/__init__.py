"""Hostile input: many requests over everything that a client may send, and what no answer to them may be."""
