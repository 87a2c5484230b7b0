"""Clinical text, English and Chinese."""
