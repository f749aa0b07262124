"""Tables of the charts are made without pandas, and hold the same."""

import numpy as np
import pyarrow as pa
import pytest

from ui.shared.figures.charts import Columns, as_table

COLUMNS: Columns = {
    "z": np.array([0.5, np.nan, -np.inf]),
    "count": np.arange(3),
    "every_other": np.arange(6.0)[::2],
    "line": np.array(["a", "", "σ′(z)"], dtype=object),
}


@pytest.mark.parametrize("length", [3, 1, 0])
def test_a_table_holds_what_arrow_would_make_of_the_columns(length: int) -> None:
    columns = {name: values[:length] for name, values in COLUMNS.items()}
    ours, arrows = as_table(columns), pa.table(columns)
    names = [name for name in COLUMNS if length or name != "line"]  # Arrow can't tell the kind
    for name in names:
        assert ours.schema.field(name).type == arrows.schema.field(name).type
        np.testing.assert_array_equal(ours[name].to_numpy(), arrows[name].to_numpy())
