"""The settings of Sharewell as tests use them: nothing from the developer's own environment."""

import atexit
import os
import shutil
import tempfile

for _name in [name for name in os.environ if name.startswith("SHAREWELL_")]:
    del os.environ[_name]
_folder = tempfile.mkdtemp(prefix="sharewell-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["SHAREWELL_DATA"] = _folder
os.mkdir(os.path.join(_folder, "assets"))  # noqa: PTH102, PTH118 - before anything is imported
os.environ["SHAREWELL_SECRET_KEY"] = "for-tests-only-" * 4
os.environ["SHAREWELL_WEBHOOK_SECRET"] = "webhook-tests-only-" * 4
# Browser journeys run against a live server, whose threads share one database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from sharewell.config.settings import *  # noqa: E402, F403
from sharewell.config.settings import DATABASES, STORAGES  # noqa: E402

# One database a run: several runs may go on at once.
_run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")[:12]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {
        "NAME": os.path.join(tempfile.gettempdir(), f"sharewell-test-{_run}.sqlite3")  # noqa: PTH118
    }
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_sharewell_{_run}"}
    # A pool would keep the test database from being dropped.
    DATABASES["default"]["OPTIONS"].pop("pool")
    # What a crash would lose is of no use to anyone here.
    DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
