"""The two units of the published tables, in words; imports nothing."""

PIXEL_ERROR = "255 x MSE"  # of pixels in [0, 1]: first report, Table 1, and every error of ours
BATCH_SUM = "sum of batch MSE"  # over an epoch's batches: second report, Table 1
