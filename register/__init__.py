"""The register of collectivités: the official list that every tenant points into, shared and read-only."""
