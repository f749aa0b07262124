"""Drawings, photographs and files as 28×28 pictures, and how pictures are changed."""
