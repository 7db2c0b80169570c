"""The steps of many_frames.py, and the drawn latents and libraries that they run on."""
