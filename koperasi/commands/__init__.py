"""One file a command, or a few that belong together; koperasi/cli.py names them all."""
