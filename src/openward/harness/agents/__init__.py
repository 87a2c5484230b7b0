"""Agents: a talker leads services step by step; each step is journaled, each sentence judged before it is shown."""

from openward.harness.agents.engine import agent_engine

__all__ = ["agent_engine"]
