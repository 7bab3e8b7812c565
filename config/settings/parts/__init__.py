"""Settings by concern. Each part is small enough to be read whole; base.py puts them together."""
