"""The pages of the console, one module a room."""

from openward.doors.console.pages import (
    assistant,
    calculators,
    chart,
    cockpit,
    desk,
    entrance,
    guards,
    interview,
    knowledge,
    laboratory,
    literature,
    medication,
    models,
    patients,
    rare,
    runs,
    studio,
    trail,
)
from openward.doors.console.visit import PageRoute

ROUTES: tuple[PageRoute, ...] = (
    *entrance.ROUTES,
    *cockpit.ROUTES,
    *patients.ROUTES,
    *chart.ROUTES,
    *laboratory.ROUTES,
    *medication.ROUTES,
    *runs.ROUTES,
    *assistant.ROUTES,
    *calculators.ROUTES,
    *interview.ROUTES,
    *literature.ROUTES,
    *rare.ROUTES,
    *studio.ROUTES,
    *guards.ROUTES,
    *models.ROUTES,
    *knowledge.ROUTES,
    *desk.ROUTES,
    *trail.ROUTES,
)
