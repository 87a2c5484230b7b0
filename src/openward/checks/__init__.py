"""What must hold before a person sees a proposal."""
