"""The pages of volunteers, behind a password."""
