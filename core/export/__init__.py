"""What leaves the program, one module per format. Reads the library; asks nothing of models."""

from core.export.csv_file import csv_bytes, write_csv
from core.export.elan_files import elan_zip, write_elan
from core.export.json_file import json_bytes, run_json, write_run_json
from core.export.keyframes import keyframes_bytes, write_keyframes
from core.export.latents import latents_npz
from core.export.names import cluster_title, file_stem, safe_name
from core.export.screen_texts import screen_csv, write_screen_csv
from core.export.table import COLUMNS, cluster_rows, columns_of, row_frame, selected_rows

__all__ = [
    "COLUMNS",
    "cluster_rows",
    "cluster_title",
    "columns_of",
    "csv_bytes",
    "elan_zip",
    "file_stem",
    "json_bytes",
    "keyframes_bytes",
    "latents_npz",
    "row_frame",
    "run_json",
    "safe_name",
    "screen_csv",
    "selected_rows",
    "write_csv",
    "write_elan",
    "write_keyframes",
    "write_run_json",
    "write_screen_csv",
]
