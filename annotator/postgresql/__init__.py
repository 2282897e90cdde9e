"""Django's database backend for PostgreSQL, with what this site needs otherwise."""
