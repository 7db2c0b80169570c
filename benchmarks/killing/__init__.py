"""The parts of benchmarks/kill_loop.py: the work, the processes that are killed, the judgement."""
