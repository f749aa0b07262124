"""The pages in teaching order, and the ways between them: bar, menu, Next, Present."""
