"""All networks of the lab, by key."""

from mnist_core.models.registry import MODELS, READERS, ModelEntry, build_model, model_entry

__all__ = ["MODELS", "READERS", "ModelEntry", "build_model", "model_entry"]
