"""From FHIR R4 resources, as others write them, to a Chart."""

from openward.record.charting.making import chart_of

__all__ = ["chart_of"]
