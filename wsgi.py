"""For any WSGI server: `wsgi:app`. The clock that releases and the worker that mails are started by `editorial serve`."""

from editorial.app import create_app

app = create_app()
