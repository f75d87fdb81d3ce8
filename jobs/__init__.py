"""Work beside the requests: folding counts, expiring contributions. Every job may run in several processes at once."""
