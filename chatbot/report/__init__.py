"""What an operator may want kept: questions without an answer, and flagged quotations."""
