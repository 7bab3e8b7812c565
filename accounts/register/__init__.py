"""Snapshots of the Nordic registers of organisations: how each country's export looks, and how it is read.

Nothing here fetches anything: somebody downloads a register's own file and loads it (`manage.py load_register`).
"""
