"""The servers that Parvis is measured beside."""
