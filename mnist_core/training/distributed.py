"""Several processes that train one network together, each on its share of every batch."""

import os
from dataclasses import dataclass, fields

import torch
import torch.distributed as dist
from torch import Tensor, nn

from mnist_core.training.objectives import BatchLoss


@dataclass(frozen=True)
class Workers:
    """This process among those that train together.

    rank, count: which of how many; 0 of 1 trains alone and needs no torch.distributed
    """

    rank: int = 0
    count: int = 1

    def share(self, batch_size: int) -> slice:
        """Which pictures of a batch are this process's: every count-th, from its rank on."""
        return slice(self.rank, batch_size, self.count)

    def mean(self, local: BatchLoss, weight: float) -> BatchLoss:
        """The loss over the whole batch, from each process's mean over its share.

        weight: size of the share over size of the batch. The returned loss has the value of the
            whole batch's, and the gradient of `weight` × the share's, so that the gradients of
            all processes add up to the batch's.
        """
        if self.count == 1:
            return local
        return BatchLoss(*(self._mean(getattr(local, f.name), weight) for f in fields(local)))  # type: ignore[arg-type]

    def sum_gradients(self, model: nn.Module) -> None:
        """Add the processes' gradients up, in place and in one message."""
        if self.count == 1:
            return
        gradients = [p.grad for p in model.parameters() if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        parts = flat.split([gradient.numel() for gradient in gradients])
        for gradient, total in zip(gradients, parts, strict=True):
            gradient.copy_(total.view_as(gradient))

    def average_buffers(self, model: nn.Module) -> None:
        """Let all processes have the mean of their batch-norm statistics, in place."""
        if self.count == 1:
            return
        for buffer in model.buffers():
            if buffer.is_floating_point():
                dist.all_reduce(buffer)
                buffer.div_(self.count)

    def _mean(self, value: Tensor | None, weight: float) -> Tensor | None:
        if value is None:
            return None
        weighted = value * weight
        total = weighted.detach().clone()
        dist.all_reduce(total)
        return weighted + (total - weighted.detach())


ALONE = Workers()


def join_workers() -> Workers:
    """The process group that `torchrun` has started this process in, or ALONE without one."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        return ALONE
    if not dist.is_initialized():
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return Workers(dist.get_rank(), dist.get_world_size())


def leave_workers() -> None:
    """Leave the process group, when there is one."""
    if dist.is_initialized():
        dist.destroy_process_group()
