"""Draws the sample project: two short synthetic channels with captions, from nothing but code."""

from core.demo.channels import CHANNELS, Channel, draw

__all__ = ["CHANNELS", "Channel", "draw"]
