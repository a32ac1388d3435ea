from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Accounts: the lowest of the apps."""

    name = "kapok.access"

    def ready(self) -> None:
        """Hear of new second factors."""
        from allauth.mfa.signals import authenticator_added

        from kapok.access.adapters import sign_out_elsewhere

        authenticator_added.connect(sign_out_elsewhere)
