"""Files of millions of rows: the ordinary check, chunk by chunk, with bounded memory."""
