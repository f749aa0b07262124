"""All networks of the lab, by key."""

from mnist_core.models.registry import MODELS, ModelEntry, build_model, model_entry

__all__ = ["MODELS", "ModelEntry", "build_model", "model_entry"]
