"""Where text messages may go and how many, unless settings say otherwise; apart from what reads numbers, which commands
start without."""

PREFIXES = ("+33", "+262", "+590", "+594", "+596", "+687", "+689", "+32")
"""Countries to which messages go unless a setting says others: France, La Réunion and Mayotte, Guadeloupe, Guyane,
Martinique, Nouvelle-Calédonie, Polynésie française, Belgium. Elsewhere a message may cost its sender a fortune."""

PER_DAY = 1_000
"""Messages of one tenant in a day, unless a setting says otherwise: some 60 euros."""
