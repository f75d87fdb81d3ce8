"""The PostgreSQL that comes along: its programs, its processes and who uses its directory."""
