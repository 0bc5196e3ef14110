"""Ollama: asked over HTTP, its answers checked, its memory counted."""
