"""A members' meeting counted again from raw transactions and logs, beside everything else in this house."""
