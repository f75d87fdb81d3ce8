"""Files of other systems read row by row, and files for people and programs written chunk by chunk."""
