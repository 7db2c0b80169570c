"""Background jobs: ask for one, follow it, end it. The worker (`core.jobs.worker`) does them."""

from core.jobs.launch import ensure_worker, keep_workers, stop_worker
from core.jobs.lock import worker_alive
from core.jobs.status import cancel, every, get, live, of_subject, wait
from core.jobs.submit import (
    submit_baseline,
    submit_captions,
    submit_clustering,
    submit_comparison,
    submit_cuts,
    submit_edit,
    submit_ingest,
    submit_look,
    submit_projection,
    submit_recluster,
    submit_run,
    submit_sweep,
    submit_tables,
    submit_training,
)

__all__ = [
    "cancel",
    "ensure_worker",
    "every",
    "get",
    "keep_workers",
    "live",
    "of_subject",
    "stop_worker",
    "submit_baseline",
    "submit_captions",
    "submit_clustering",
    "submit_comparison",
    "submit_cuts",
    "submit_edit",
    "submit_ingest",
    "submit_look",
    "submit_projection",
    "submit_recluster",
    "submit_run",
    "submit_sweep",
    "submit_tables",
    "submit_training",
    "wait",
    "worker_alive",
]
