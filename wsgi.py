"""`wsgi:app`, for any WSGI server. Beside it run `editorial work`, for releases and mail; `editorial serve` has both."""

from editorial.app import create_app

app = create_app()
