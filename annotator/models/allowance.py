"""How much of something bounded has been used, for all processes that serve."""

from django.db import models


class Allowance(models.Model):
    """What has been used of ``key`` until ``until``; after that it counts from zero again.

    The table is unlogged: it costs no flush to disk, and after a crash of PostgreSQL everybody starts anew.
    """

    key = models.CharField(primary_key=True, max_length=100)
    used = models.PositiveIntegerField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key}: {self.used}"
