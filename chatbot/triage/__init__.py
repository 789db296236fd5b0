"""Finding signs that need someone soon, before anything is searched."""
