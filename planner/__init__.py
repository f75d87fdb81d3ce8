"""One statement: a GraphQL selection becomes one SQL statement whose JSON PostgreSQL builds."""
