"""Stories in a browser: Debian's Chromium, driven by playwright. `make browse` runs them; CI installs the browser."""
