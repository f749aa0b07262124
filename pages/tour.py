"""The tour: all pages in teaching order."""

from ui.shared.lesson import open_lesson
from ui.shared.tour.stops import OVERVIEW
from ui.tour.stations import show_stations

open_lesson(OVERVIEW)
show_stations()
