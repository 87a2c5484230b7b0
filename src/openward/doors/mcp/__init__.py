"""The Model Context Protocol door: every service a tool, the chart as resources."""
