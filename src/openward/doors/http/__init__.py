"""The HTTP door: API, OpenAPI, problems; the other web doors are mounted here."""
