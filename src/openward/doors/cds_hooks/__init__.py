"""The CDS Hooks 2.0 door (https://cds-hooks.hl7.org/2.0/)."""
