"""The web service: Flask and nothing else."""
