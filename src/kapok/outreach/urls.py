"""Addresses of notices."""

urlpatterns: list = []
