"""What the house needs from outside, as small Protocols; every port has an honest fake in `adapters.memory`."""
