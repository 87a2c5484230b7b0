"""Reads a laboratory report in the forms that reports come in, and loses no line of it."""

from openward.services.lab_report.reading.fhir import read_fhir
from openward.services.lab_report.reading.hl7 import read_hl7
from openward.services.lab_report.reading.pdf import read_pdf
from openward.services.lab_report.reading.separated import read_csv
from openward.services.lab_report.reading.text import read_text

__all__ = ["read_csv", "read_fhir", "read_hl7", "read_pdf", "read_text"]
