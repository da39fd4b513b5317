"""The budget: how far it is carried out, who answers for it, what volume explains of it."""
