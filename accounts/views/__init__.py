"""Organisations of the signed-in person, invitations to act for one, and the person's own account."""
