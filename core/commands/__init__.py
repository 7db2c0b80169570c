"""The commands of `python -m core`, one file each: `arguments(parser)` and `run(options)`."""
