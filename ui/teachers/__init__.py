"""The page for teachers: a plan for a lesson, with an answer key."""
