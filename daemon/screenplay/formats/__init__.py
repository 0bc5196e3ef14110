"""The formats that a script is written in, one module each; ``listed`` has them all."""
