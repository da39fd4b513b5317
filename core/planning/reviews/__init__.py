"""Plans judged by several people who do not see each other's scores until all have given theirs."""
