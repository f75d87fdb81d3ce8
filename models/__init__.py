"""What is stored: tables, enums and constraints, one module a concept."""
