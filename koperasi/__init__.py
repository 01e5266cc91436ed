"""The command line: composes all rooms, holds no rule."""
