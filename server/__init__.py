"""The process: settings, the HTTP application, its pages, the command line and the embedded PostgreSQL."""
