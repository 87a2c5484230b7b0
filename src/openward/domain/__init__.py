"""The words of the house; nothing here imports anything of the house."""
