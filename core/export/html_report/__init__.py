"""The report: one HTML page that opens without network. It is told everything, reads nothing."""

from core.export.html_report.content import (
    ClusterCard,
    ComparisonRow,
    ComparisonTable,
    ErrorLine,
    GroupLine,
    GroupPart,
    MapData,
    MarkingWord,
    Report,
    Sample,
    Strip,
    VideoLine,
)
from core.export.html_report.page import render

__all__ = [
    "ClusterCard",
    "ComparisonRow",
    "ComparisonTable",
    "ErrorLine",
    "GroupLine",
    "GroupPart",
    "MapData",
    "MarkingWord",
    "Report",
    "Sample",
    "Strip",
    "VideoLine",
    "render",
]
