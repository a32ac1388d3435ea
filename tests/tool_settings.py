"""Settings for tools that read the code without running it, such as mypy."""

import os

os.environ.setdefault("KAPOK_SECRET_KEY", "only-for-tools")
os.environ.setdefault("DATABASE_URL", "postgresql:///kapok")

from kapok.settings import *  # noqa: F403
