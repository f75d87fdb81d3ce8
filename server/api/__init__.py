"""GraphQL over HTTP: who asks, what was asked, and the answer."""
