"""After the answer: folding counts, expiring contributions; each job safe to run in several processes at once."""
