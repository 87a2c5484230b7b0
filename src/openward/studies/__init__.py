"""Does it work? Protocols run on fixed data, with honest intervals."""
