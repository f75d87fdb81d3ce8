"""What the API says: types, inputs and payloads, each field with its description and its source. No SQL, no rule."""
