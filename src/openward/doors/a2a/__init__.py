"""The door for other agents (A2A protocol 0.3): a card that says who is here, and messages."""
