"""Rare diseases by HPO terms: a likelihood-ratio ranking over the annotations, with reasons."""

from openward.services.differential_diagnosis.rare.answering import answer
from openward.services.differential_diagnosis.rare.question import RareQuestion

__all__ = ["RareQuestion", "answer"]
