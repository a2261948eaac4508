"""The settings of Sharewell, all from the environment; docs/deploy.md lists them."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from sharewell.config.environment import Environment, database
from sharewell.config.logs import logging_settings
from sharewell.config.safety import LOCAL_HOSTS, Exposure, kept_key, refuse_unsafe

PACKAGE = Path(__file__).resolve().parents[1]
env = Environment(os.environ)

# --- Where this server is -------------------------------------------------------------------------

DATA_FOLDER = env.folder("SHAREWELL_DATA", Path("var"))
LOCAL_PACKS = env.text("SHAREWELL_PACKS")  # read by sharewell.packs; named here so that it is known
LISTEN = env.text("SHAREWELL_LISTEN", "127.0.0.1:8000")
BASE_URL = env.web_address("SHAREWELL_BASE_URL", f"http://localhost:{LISTEN.rpartition(':')[2]}")
HOST = urlsplit(BASE_URL).hostname or ""
SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.words(
    "SHAREWELL_HOSTS", (HOST, "localhost", "127.0.0.1") if HOST in LOCAL_HOSTS else (HOST,)
)
PROXIES = env.number("SHAREWELL_PROXIES", 1 if SECURE else 0)
WEB_PROCESSES = env.number("SHAREWELL_WEB_PROCESSES", 1)
DEBUG = env.flag("SHAREWELL_DEBUG", default=False)
DEMO = env.flag("SHAREWELL_DEMO", default=False)
SECRET_KEY = env.secret("SHAREWELL_SECRET_KEY") or kept_key(DATA_FOLDER, "secret_key")
# Hosts of webhooks that may stand in a private network; anything else there is never called.
WEBHOOK_PRIVATE_HOSTS = env.words("SHAREWELL_WEBHOOK_PRIVATE")
WEBHOOK_SECRET = env.secret("SHAREWELL_WEBHOOK_SECRET") or kept_key(DATA_FOLDER, "webhook_key")
# Signs the evidence log; the worker makes it at its first start, and the web process never reads it.
LOG_KEY = Path(env.text("SHAREWELL_LOG_KEY", str(DATA_FOLDER / "log_key")))
DATABASES = {"default": database(env.secret("DATABASE_URL"), DATA_FOLDER)}

# --- E-mail: a file for each message where no server is named (this machine only) -----------------

EMAIL_HOST = env.text("SHAREWELL_EMAIL_HOST")
EMAIL_PORT = env.number("SHAREWELL_EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("SHAREWELL_EMAIL_USER")
EMAIL_HOST_PASSWORD = env.secret("SHAREWELL_EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("SHAREWELL_EMAIL_TLS", default=True)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA_FOLDER / "mail"
DEFAULT_FROM_EMAIL = env.text("SHAREWELL_EMAIL_FROM", f"sharewell@{HOST}")

refuse_unsafe(
    Exposure(
        base_url=BASE_URL,
        hosts=tuple(ALLOWED_HOSTS),
        listen=LISTEN,
        debug=DEBUG,
        demo=DEMO,
        email_host=EMAIL_HOST,
        secret_key=SECRET_KEY,
        webhook_secret=WEBHOOK_SECRET,
    )
)
env.refuse_unknown()

# --- The application ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "sharewell.web",
    "sharewell.followup",
    "sharewell.disclosures",
    "sharewell.consent",
    "sharewell.cases",
    "sharewell.agencies",
    "sharewell.ledger",
    "sharewell.config",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sharewell.config.middleware.request_log",
    "sharewell.config.middleware.no_store",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sharewell.config.middleware.sign_in_limit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "sharewell.config.urls"
WSGI_APPLICATION = "sharewell.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sharewell.web.context.site",
            ],
        },
    }
]
# Shared by every process, so that limits on guessing hold across them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "config_cache",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CSRF_FAILURE_VIEW = "sharewell.web.errors.form_expired"
# On the server: a cookie would leave what a page said on the device.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DEMO_CAST = PACKAGE / "config" / "demo" / "cast.yaml"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"  # pages show each agency its own
USE_TZ = True
LOGGING = logging_settings(readable=DEBUG or HOST in LOCAL_HOSTS)

# --- Files ----------------------------------------------------------------------------------------

STATIC_URL = "/assets/"
STATIC_ROOT = DATA_FOLDER / "assets"
STATICFILES_DIRS = [PACKAGE / "web" / "assets"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_FOLDER / "files", "base_url": None},
    },
    "staticfiles": {"BACKEND": "sharewell.config.assets.Assets"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_TEMP_DIR = DATA_FOLDER / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)

# --- Signing in -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "agencies.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "sharewell.config.accounts.ClosedAccounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no e-mail to strangers; the page says the same either way
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(BASE_URL).scheme
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

SESSION_COOKIE_AGE = 30 * 60  # idle, kept alive by sign_in_limit, which ends a busy one too
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- What browsers may do -------------------------------------------------------------------------

SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE and PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
# Whether names beside this one are https only is for their owner to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
