"""What is fitted after a training, on pictures held out from it: temperature and refusal."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mnist_core.data.mnist import to_images_01
from mnist_core.models.classifier import FeatureClassifier
from mnist_core.models.refusal import Refusal, summarise

WEIGHT_PENALTY = 1e-3
BATCH = 500


@torch.inference_mode()
def embed_all(model: FeatureClassifier, images: Tensor) -> tuple[Tensor, Tensor]:
    """Features (N, feature_count) and logits (N, 10) of uint8 pictures (N, 28, 28)."""
    features = torch.cat([model.embed(to_images_01(batch)) for batch in images.split(BATCH)])
    return features, model.head(features)


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The T > 0 that minimises the mean of −log softmax(z / T)[label].

    logits: (N, 10), labels: (N,), of pictures that were not trained on.
    Source: Guo et al. 2017, “On calibration of modern neural networks”.
    """
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)
    scores, targets = logits.double(), labels.long()
    _minimise(lambda: F.cross_entropy(scores / log_temperature.exp(), targets), [log_temperature])
    return log_temperature.exp().item()


def fit_refusal(digits: tuple[Tensor, Tensor], non_digits: tuple[Tensor, Tensor]) -> Refusal:
    """A logistic regression that tells digits from non-digits, both kinds weighing the same.

    digits, non_digits: (features, logits) from `embed_all`, of training pictures.
    The inputs are standardised for the fit, and the standardisation is folded into the weights:
    w · (x − m)/s + b = (w/s) · x + (b − w · m/s).
    """
    positive, negative = _inputs(*digits), _inputs(*non_digits)
    inputs = torch.cat([positive, negative]).double()
    targets = torch.cat([torch.ones(len(positive)), torch.zeros(len(negative))]).double()
    balance = torch.tensor(len(negative) / len(positive), dtype=torch.float64)
    mean, std = inputs.mean(dim=0), inputs.std(dim=0) + 1e-3
    standardised = (inputs - mean) / std
    weight = torch.zeros(inputs.shape[1], dtype=torch.float64, requires_grad=True)
    bias = torch.zeros((), dtype=torch.float64, requires_grad=True)

    def loss() -> Tensor:
        log_odds = standardised @ weight + bias
        fit = F.binary_cross_entropy_with_logits(log_odds, targets, pos_weight=balance)
        return fit + WEIGHT_PENALTY * weight.square().sum()

    _minimise(loss, [weight, bias])
    refusal = Refusal(positive.shape[1] - 3)
    with torch.no_grad():
        refusal.linear.weight.copy_((weight / std)[None].float())
        refusal.linear.bias.copy_((bias - (weight * mean / std).sum()).float()[None])
    return refusal


def digit_scores(refusal: nn.Module, embedded: tuple[Tensor, Tensor]) -> Tensor:
    """Score in [0, 1] of each picture, (N,): how much like a digit it looks."""
    with torch.inference_mode():
        scores: Tensor = refusal(*embedded).sigmoid()
    return scores


def choose_threshold(scores: Tensor, refused: float) -> float:
    """The score under which the share `refused` of held-out digits lies."""
    return torch.quantile(scores.double(), refused).item()


def _inputs(features: Tensor, logits: Tensor) -> Tensor:
    return torch.cat([features, summarise(logits)], dim=1)


def _minimise(loss: Callable[[], Tensor], parameters: list[Tensor]) -> None:
    optimizer = torch.optim.LBFGS(parameters, max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)
