"""Pages for customers: the portal."""
