"""Covers: the picture of a portal, drawn from its collectivité's outline, its motif and the colours of its theme."""
