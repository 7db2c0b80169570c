"""Draws the sample project: two short synthetic channels, drawn by code, with captions."""

from core.demo.channels import CHANNELS, Channel, draw

__all__ = ["CHANNELS", "Channel", "draw"]
