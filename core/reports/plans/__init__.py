"""Plans and their goals in words, and the documents made of them."""
