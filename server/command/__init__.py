"""The command line of Parvis."""
