"""The editorial desk and public site of a local-government portal."""
