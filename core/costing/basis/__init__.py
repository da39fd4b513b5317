"""A hospital's own changes of basis: read, laid over the rules of the file, written."""
