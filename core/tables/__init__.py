"""Both published tables with our figures beside them: what is in them, and how they are written.

The training behind them is in core.pipeline.tables.train_tables.
"""
