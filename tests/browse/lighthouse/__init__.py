"""Lighthouse, apart from the other browser tests because it takes long: `make lighthouse`."""
