"""Things and documents about them: IRIs answered, descriptions and downloads."""
