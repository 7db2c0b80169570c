"""The models: tensors in, tensors out. Imports nothing of ours; `models.config` imports no torch."""
