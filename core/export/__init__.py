"""What leaves the program, one module per format. Reads the library; asks nothing of models."""

from core.export.csv_file import csv_bytes, write_csv
from core.export.latents import latents_npz
from core.export.table import COLUMNS, cluster_rows, row_frame, selected_rows

__all__ = [
    "COLUMNS",
    "cluster_rows",
    "csv_bytes",
    "latents_npz",
    "row_frame",
    "selected_rows",
    "write_csv",
]
