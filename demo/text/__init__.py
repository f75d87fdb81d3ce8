"""The hand-written French texts and tables from which the demonstration is put together."""
