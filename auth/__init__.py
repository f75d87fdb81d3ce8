"""Who is asking: the viewer of a request and the tokens that prove it."""
