"""Tables and metrics as Plotly figures, and the colours that mean the same thing everywhere."""

from core.charts.colours import cluster_colour, group_colours, video_colours
from core.charts.frame_map import frame_map
from core.charts.loss import loss_curve, text_curve

__all__ = [
    "cluster_colour",
    "frame_map",
    "group_colours",
    "loss_curve",
    "text_curve",
    "video_colours",
]
