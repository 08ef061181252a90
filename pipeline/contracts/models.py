"""What is known of base models: the facts of a family, and bases that packages carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from pipeline.components import Component
from pipeline.contracts.terms import Json

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

    from pipeline.examples import Shape


@dataclass(frozen=True)
class Head:
    """Where a family keeps what a task adds to the base.

    Attributes:
        base: path of the base inside the model with its head; empty: the model itself.
        modules: paths of the modules that always train and are always saved.
        output: path of the linear layer that gives the logits; its input are the features.
    """

    base: str
    modules: tuple[str, ...]
    output: str


@dataclass(frozen=True)
class Pooled:
    """How a text classifier makes one vector of a text, which its last layer reads.

    Attributes:
        mode: of the base's last states: the first token's, the last one's, or their mean.
        layer: path of the linear layer that the vector goes through; empty where there is none.
        activation: of that layer, a class of ``torch.nn``.
        norm: path of the layer norm behind it; empty where there is none.
    """

    mode: Literal["cls", "lasttoken", "mean"]
    layer: str = ""
    activation: str = "Identity"
    norm: str = ""


class Family(Component):
    """Facts about one family of models. See ``pipeline/models``; named by ``model_type``."""

    shape: ClassVar[Shape]
    """Which sides a model has."""
    embeddings: ClassVar[tuple[str, ...]]
    """Paths of the embedding modules inside the base; some models of a family lack some."""
    blocks: ClassVar[tuple[str, ...]]
    """Paths of the lists of transformer blocks inside the base, lowest first; an encoder's
    before a decoder's. A task that uses one side only has that side's alone."""
    heads: ClassVar[Mapping[str, Head]]
    """Task name -> head."""
    attention: ClassVar[tuple[str, ...]]
    """Names of the linear layers of attention that LoRA adapts by default."""
    dropout: ClassVar[tuple[str, ...]]
    """Keys of the configuration that set dropout inside the base."""
    sizes: ClassVar[Mapping[str, str]]
    """What a new model is asked for -> keys of the configuration: ``layers``, ``hidden``,
    ``heads``, ``inner``, ``positions`` and, of encoder-decoders, ``decoder_layers``."""

    def within(self, task: str, paths: Sequence[str]) -> tuple[str, ...]:
        """Paths inside the base, as they are from the model with the head of a task."""
        base = self.heads[task].base
        return tuple(f"{base}.{path}" if base else path for path in paths)

    def pooled(self, config: PreTrainedConfig) -> Pooled | None:
        """From the base's states to what ``text-classification``'s output layer reads.

        None where that is more than a pooling and a layer, such as a decoder's second reading.
        """
        del config
        return None

    def new_options(self, *, hidden: int, heads: int, inner: int | None) -> Json:
        """Keys of a new model's configuration that follow from its sizes."""
        del hidden, heads, inner
        return {}

    def reserved_positions(self, config: PreTrainedConfig) -> int:
        """How many of the position embeddings no token can have."""
        del config
        return 0


class BuiltinModel(Component):
    """A base model that an installed package carries. See ``pipeline/models/builtin``.

    Attributes:
        package: import name; its folder is found without importing its code.
        folder: where in the package the model's files lie.
        distribution: name for pip.
        extra: our own extra that installs it; empty: it comes with Graft.
        hub_id: the same bytes on the Hub, which an adapter names as its base; None: they are
            nowhere else, and travel with the adapter.
        revision: commit on the Hub.
        sha256: of ``model.safetensors``; other bytes are refused.
    """

    package: ClassVar[str]
    folder: ClassVar[str]
    distribution: ClassVar[str]
    extra: ClassVar[str] = ""
    hub_id: ClassVar[str | None] = None
    revision: ClassVar[str | None] = None
    sha256: ClassVar[str]
    license: ClassVar[str]
