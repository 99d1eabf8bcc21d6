"""The two systems of a link: their clients, what is known of them, and what was said to them."""
