"""What a city's own people do to run their portal: settings, access, many contributions at once, reports."""
