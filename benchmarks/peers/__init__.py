"""What a user would pick instead: programs that are no part of the project, installed on demand."""
