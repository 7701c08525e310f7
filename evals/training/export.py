"""Writes a trained encoder as ONNX whose large weights are stored in eight bits.

They are widened to float32 when the model is loaded; activations are never quantised, so what a
sentence gets does not depend on the sentences that share its batch.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

LARGE = 10_000
"""Weights with fewer numbers stay as they are."""


def write_encoder(encoder: Any, path: Path) -> None:
    """Write an encoder with the inputs and the output that the program's embedder expects.

    Args:
        encoder: a BERT model of the transformers library.
        path: the ONNX file.
    """
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    example = tuple(torch.ones(2, 8, dtype=torch.long) for _ in inputs)

    class LastHiddenState(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, ids: Any, mask: Any, types: Any) -> Any:
            return self.encoder(
                input_ids=ids, attention_mask=mask, token_type_ids=types
            ).last_hidden_state

    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "encoder.onnx"
        torch.onnx.export(
            LastHiddenState().eval(),
            example,
            whole,
            input_names=list(inputs),
            output_names=["last_hidden_state"],
            dynamic_axes={
                name: {0: "batch", 1: "tokens"} for name in (*inputs, "last_hidden_state")
            },
            opset_version=17,
            dynamo=False,
        )
        model = onnx.load(whole)
    _shrink(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _shrink(model: Any) -> None:
    """Store every large matrix as int8 with a scale for each column."""
    graph = model.graph
    nodes = []
    for weight in list(graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.ndim != 2 or values.size < LARGE or values.dtype != np.float32:
            continue
        scale = np.abs(values).max(axis=0) / 127
        scale = np.where(scale == 0, 1, scale).astype(np.float32)
        small = np.clip(np.round(values / scale), -127, 127).astype(np.int8)
        names = [f"{weight.name}.{part}" for part in ("int8", "scale", "zero")]
        zero = np.zeros(scale.shape, dtype=np.int8)
        graph.initializer.remove(weight)
        graph.initializer.extend(
            numpy_helper.from_array(array, name)
            for array, name in zip((small, scale, zero), names, strict=True)
        )
        nodes.append(onnx.helper.make_node("DequantizeLinear", names, [weight.name], axis=1))
    for node in reversed(nodes):
        graph.node.insert(0, node)
