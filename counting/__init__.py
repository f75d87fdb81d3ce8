"""Counting: votes that are over are counted by the rules of `award`, and published so that anybody recounts them."""
