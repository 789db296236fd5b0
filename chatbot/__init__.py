"""Deciding what to say: replies, citations, abstaining, conversation, command line and page."""
