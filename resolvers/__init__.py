"""What may happen: reads as statements (built, not run), writes as functions of one transaction, who may do which."""
