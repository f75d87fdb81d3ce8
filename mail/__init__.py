"""Mail: what waits in tenants' queues, what letters say, and the way to the mail server."""
