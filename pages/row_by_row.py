"""Row by row: a recurrent network reads the digit's rows one after another."""

from ui.row_by_row.chapters import experts, idea, numbers
from ui.row_by_row.questions import ask_when_it_knows
from ui.row_by_row.rows import row_by_row
from ui.shared.chapters import Chapter, chapters
from ui.shared.digit.choose import choose_digit
from ui.shared.lesson import open_lesson, try_or_say
from ui.shared.state import GRU_ROW, GRU_UNIT
from ui.shared.tour.stops import ROW_BY_ROW

open_lesson(ROW_BY_ROW)
image = choose_digit().image
if try_or_say(lambda: row_by_row(image)):
    ask_when_it_knows(image)
    chapters(Chapter(idea), Chapter(lambda: numbers(image), [GRU_ROW, GRU_UNIT]), Chapter(experts))
