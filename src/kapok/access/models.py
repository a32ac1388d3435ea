"""Who uses Kapok."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from kapok.ids import uuid7


class User(AbstractUser):
    """A person who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=100, blank=True)
    place = models.BigIntegerField(null=True, blank=True)  # code of the area whose desk opens first
    is_demo = models.BooleanField(default=False)  # made by the box so that it can be tried

    def __str__(self) -> str:
        return self.name or self.username
