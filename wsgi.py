"""`wsgi:app`, for any WSGI server. Releases and mail need `editorial work` beside it; `editorial serve` has both."""

from editorial.app import create_app

app = create_app()
