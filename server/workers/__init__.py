"""The processes that evaluate, write and export, and the messages between them and the front."""
