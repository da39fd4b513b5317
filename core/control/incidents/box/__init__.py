"""The letter box: anonymous reports, and the receipt that finds them again."""
