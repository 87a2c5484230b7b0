"""A small records office: one request, every check of the house over what comes out."""

import base64

from tests.services.desk import NOW, patient, propose_by

from openward.services.note_quality import SERVICE

__all__ = ["NOW", "encounter", "faults", "patient", "propose", "topics", "written"]


def propose(given, *resources, **more):
    return propose_by(SERVICE, given, *resources, **more)


def topics(given, *resources, **more):
    return {fault.topic for fault in propose(given, *resources, **more).body.faults}


def faults(given, *resources, **more):
    return {fault.rule: fault for fault in propose(given, *resources, **more).body.faults}


def encounter(start="2026-01-18T20:15:00+08:00", end=None, *, id="e", kind="IMP"):
    return {
        "resourceType": "Encounter", "id": id, "status": "finished", "class": {"code": kind},
        "subject": {"reference": "Patient/p"}, "period": {"start": start} | ({"end": end} if end else {}),
    }  # fmt: skip


def written(text, title, at, *, id="d"):
    data = base64.b64encode(text.encode()).decode()
    return {
        "resourceType": "DocumentReference", "id": id, "status": "current", "subject": {"reference": "Patient/p"},
        "type": {"text": title}, "date": at, "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
    }  # fmt: skip
