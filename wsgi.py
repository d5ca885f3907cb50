"""`wsgi:app`, for any WSGI server. Releases and mail need `editorial work` beside it; `editorial serve` has both."""

from editorial.app import create_app
from editorial.web import visits

app = create_app()
visits.of(app).settle_by_itself()
