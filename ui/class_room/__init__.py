"""The page of a class: its doors, a student's phone, the teacher's wall."""
