"""How fast it is, beside what PostgreSQL alone can do on the same tables in the same run. Not a test."""
