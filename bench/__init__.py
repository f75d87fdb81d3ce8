"""The bench: Parvis measured side by side with its peers, on the same data, with the same answers."""
