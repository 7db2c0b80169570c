"""Text that stands in the picture: where subtitles are, when each is shown, what it says.

`band` finds the rows of the subtitles, `following` follows a line over time, `reader` reads it,
`sorting` parts subtitles from other text, `looking` goes through a video in a child process.
"""
