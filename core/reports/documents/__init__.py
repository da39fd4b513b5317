"""A document as plain blocks, and the files made of it: docx, pdf, xlsx."""
