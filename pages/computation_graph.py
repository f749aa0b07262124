"""Computation graph: an expression as nodes, and gradients back through them."""

from ui.computation_graph.chapters import experts, idea, numbers
from ui.computation_graph.graph import expression_and_graph
from ui.computation_graph.questions import ask_how_ways_add_up
from ui.shared.chapters import Chapter, chapters
from ui.shared.lesson import open_lesson
from ui.shared.tour.stops import COMPUTATION_GRAPH

open_lesson(COMPUTATION_GRAPH)
computed = expression_and_graph()
ask_how_ways_add_up()
chapters(Chapter(idea), Chapter(lambda: numbers(computed)), Chapter(experts))
