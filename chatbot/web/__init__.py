"""The page: Gradio mounted on FastAPI, hardened, in small files."""
