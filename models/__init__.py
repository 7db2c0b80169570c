"""The models: tensors in, tensors out. They import nothing of ours; `config` imports no torch."""
