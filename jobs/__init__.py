"""Work beside the requests, by the clock or behind what they changed. Each job may run in several processes at once."""
