"""Ollama: the client, the choice of a model, the token budget, and the guards."""
