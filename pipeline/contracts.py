"""What crosses the borders between the parts of Graft.

Everything that can answer a task is a *contender*: it fits on the training rows,
predicts the test rows, can be saved and loaded, and has a cost. One evaluation
path scores all of them.

Shapes: N rows, C classes, K statistics of a metric, R resamples.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self

from pydantic import Field

from pipeline.components import Component

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch
    from transformers import PreTrainedConfig, PreTrainedModel

    from pipeline.examples import Batch, Codec, Examples, Purpose, Shape

Json = dict[str, Any]
Kind = Literal["fine-tuned", "baseline"]
SplitName = Literal["train", "validation", "test"]
SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")

ROW_ID = "row_id"
"""Name of the column that every table carries: where a row came from, such as ``train.csv:7``."""


# --------------------------------------------------------------------- telling


class Reporter(Protocol):
    """Where the stages of a run say what they do; only the CLI's one prints."""

    def stage(self, title: str) -> None:
        """A new stage of the run begins."""

    def note(self, message: str) -> None:
        """Something worth knowing."""

    def warn(self, message: str) -> None:
        """Something the person should look at; the run goes on."""

    def table(
        self,
        title: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        prose: bool = False,
    ) -> None:
        """A small table of facts.

        Args:
            prose: cells are sentences; else columns after the first are numbers.
        """

    def progress(self, title: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """A progress bar; call what it yields with the number of steps done since."""


class Silent:
    """A reporter that says nothing, for tests and for use as a library."""

    def stage(self, title: str) -> None:
        """Say nothing."""

    def note(self, message: str) -> None:
        """Say nothing."""

    def warn(self, message: str) -> None:
        """Say nothing."""

    def table(
        self,
        title: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        prose: bool = False,
    ) -> None:
        """Say nothing."""

    def progress(self, title: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Count nothing."""
        return nullcontext(lambda done: None)


# ------------------------------------------------------------------------ data


ColumnKind = Literal[
    "text", "label", "number", "labels", "words", "tags", "texts", "answers", "messages"
]


@dataclass(frozen=True)
class Column:
    """A column that a task reads.

    Attributes:
        kind: how a value is read, and its Arrow type in ``Splits``:
            ``text`` (string): a non-empty text;
            ``label`` (string): any scalar;
            ``number`` (double): finite;
            ``labels`` (list of string): any number of labels, none included;
            ``words`` (list of string): at least one, none of them empty;
            ``tags`` (list of string): one a word;
            ``texts`` (list of string): at least one non-empty text, or a single one;
            ``answers`` (list of struct of ``text`` string and ``start`` int64, in characters):
            empty where the question has no answer;
            ``messages`` (list of struct of ``role`` and ``content``, strings): a conversation.
        required: a task cannot do without it.
        description: one line for the person who maps their columns.
        source: part of what a model reads, not of what it answers: rows that agree in all of
            these columns are the same input.
    """

    kind: ColumnKind
    description: str
    required: bool = True
    source: bool = True

    @property
    def is_input(self) -> bool:
        """A model reads it; what it answers is no input."""
        return self.source and self.kind in ("text", "words", "messages")


@dataclass(frozen=True)
class Splits:
    """The rows of one experiment. Each table has ``row_id`` and the task's columns.

    Attributes:
        fingerprints: split name -> sha256 over row content, in order.
        source: what goes into the lock file: files with hashes, Hub id with revision, ...
        notes: what was carved, dropped or found odd, one sentence each.
    """

    train: pa.Table
    validation: pa.Table
    test: pa.Table
    fingerprints: Mapping[SplitName, str]
    source: Json = field(default_factory=dict)
    notes: Sequence[str] = ()


# ------------------------------------------------------------------ predicting


@dataclass(frozen=True)
class Predictions:
    """What a contender answers, row for row.

    Attributes:
        answers: N answers as the task's metrics take them: (N,) class ids or numbers, (N, C)
            zeros and ones, (N, K) sums for language models; objects where an answer is a text
            or a tuple of tags.
        scores: (N, C) float32 class probabilities in label order, or None.
        places: (N, 2) int64 where an answer that is a part of its row's context begins, and
            where it has ended, in characters; -1 where there is none. None of other answers.
    """

    answers: np.ndarray
    scores: np.ndarray | None = None
    places: np.ndarray | None = None


class Task(Component):
    """A kind of problem: its columns, its examples, its answers, its metrics.

    See ``pipeline/tasks``. A model answers in passes: ``encode`` makes examples of rows, the
    model sees them in batches, ``pieces`` keeps what is needed of each, and ``decode`` makes
    answers of the pieces.
    """

    pipeline_tag: ClassVar[str]
    """What the Hub calls such a task."""
    group_by: ClassVar[tuple[str, ...]] = ()
    """Columns whose equal values keep rows on one side of a split; empty: all inputs."""
    exact: ClassVar[bool] = True
    """An answer is right, and equals the gold one, or wrong; it is not more or less so."""
    generates: ClassVar[bool] = False
    """Answers are written token by token, by ``model.generate``."""
    selects_by: ClassVar[Literal["metric", "loss"]] = "metric"
    """What of the validation rows says which weights are best."""
    head_fits: ClassVar[bool] = False
    """The head is linear and can start as a probe on the frozen base's features."""

    @property
    @abstractmethod
    def columns(self) -> Mapping[str, Column]:
        """The columns that it reads; a class variable where no option changes them."""

    @property
    @abstractmethod
    def metrics(self) -> tuple[str, ...]:
        """Names of files in ``pipeline/evaluation/metrics``; the first is the default.

        A class variable where no option changes them.
        """

    @property
    def has_one_class(self) -> bool:
        """An example's value is the id of its one class, so that classes can be evened out."""
        return False

    @property
    def problem(self) -> str:
        """What is asked, as baselines name what they answer: the task's name, unless an option
        changes what an answer is.
        """
        return self.name

    @abstractmethod
    def auto_class(self, shape: Shape) -> str:
        """The transformers class that loads a base of this shape for this task."""

    @abstractmethod
    def peft_type(self, shape: Shape) -> str | None:
        """PEFT's name for the kind of model, such as ``SEQ_CLS``; None where it has none."""

    def usual_baselines(self, columns: Collection[str]) -> tuple[str, ...]:
        """Names of the baselines of a recipe that names none.

        Args:
            columns: those of ours that the recipe says the data have.
        """
        del columns
        return ()

    def labels(self, train: pa.Table) -> tuple[str, ...]:
        """Class names in id order, from the training rows; empty where a task has none."""
        del train
        return ()

    def settled(self, train: pa.Table) -> Self:
        """The same task, with options that the training rows decide made concrete."""
        del train
        return self

    @abstractmethod
    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """N gold answers, in the terms of ``Predictions.answers`` or as the metrics take them."""

    @abstractmethod
    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """Answers in the person's own words, one a row."""

    def reported(self, found: Predictions, table: pa.Table, labels: Sequence[str]) -> pa.Table:
        """Answers as columns that a program reads, a row each; the first is the answer itself.

        Args:
            found: answers to the rows of ``table``, one at least.
        """
        import pyarrow as pa

        del table
        return pa.table({"answer": pa.array(self.readable(found.answers, labels), pa.string())})

    def gold(self, references: np.ndarray, labels: Sequence[str]) -> list[str]:
        """References in the person's own words; as answers are, unless they differ in kind."""
        return self.readable(references, labels)

    def in_context(
        self, answers: np.ndarray, table: pa.Table, labels: Sequence[str], *, gold: bool = False
    ) -> list[str]:
        """Answers to the rows of a table in words, with what of the rows explains them.

        Args:
            answers: answers, or references where ``gold`` says so.
        """
        del table
        return self.gold(answers, labels) if gold else self.readable(answers, labels)

    @abstractmethod
    def texts(self, table: pa.Table) -> list[str]:
        """(N,) each row as one string, for contenders and people that read plain text."""

    def groups(self, table: pa.Table) -> np.ndarray | None:
        """(N,) int64 which rows belong together, such as questions of one passage; or None."""
        del table
        return None

    @abstractmethod
    def encode(
        self,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
        *,
        purpose: Purpose,
        report: Reporter,
        title: str = "tokenising",
    ) -> Examples:
        """Rows as examples, in order of rows.

        Args:
            purpose: ``learn`` has targets, and is also what the loss is measured on;
                ``answer`` needs none of the columns that hold answers.
        """

    def draw(self, examples: Examples, codec: Codec, *, seed: Sequence[int]) -> Examples:
        """The examples with what is drawn anew in every epoch, such as masks; as many as before."""
        del codec, seed
        return examples

    def shown(self, examples: Examples, codec: Codec, number: int) -> str:
        """An example as the model sees it, for a person; what is asked of it is in ⟦brackets⟧.

        Args:
            examples: made to learn from, and drawn.
        """
        from pipeline.examples import shown

        return shown(examples, codec, number)

    def model_options(self, labels: Sequence[str]) -> Json:
        """What the model's configuration has to know, such as names of labels."""
        del labels
        return {}

    @abstractmethod
    def loss(self, outputs: Any, targets: torch.Tensor) -> torch.Tensor:
        """Sum of the loss over the targets of a forward pass, a scalar in fp32.

        Args:
            outputs: what the model returned.
            targets: as ``Batch.targets``.
        """

    def pieces(self, outputs: Any, batch: Batch) -> list[np.ndarray]:
        """What ``decode`` needs of each example of a pass, small and on the CPU.

        A task that generates is given the ids that were written instead.
        """
        raise NotImplementedError

    @abstractmethod
    def decode(
        self,
        pieces: Sequence[np.ndarray],
        examples: Examples,
        table: pa.Table,
        labels: Sequence[str],
        codec: Codec,
    ) -> Predictions:
        """Answers to the rows of a table, from the pieces of its examples."""

    def generation(self, codec: Codec) -> Json:
        """Arguments of ``model.generate``, for a task that generates."""
        raise NotImplementedError

    def informed(self, train: pa.Table, labels: Sequence[str]) -> Self:
        """This task as it is trained: with what its loss must know of the training rows."""
        del train, labels
        return self

    def folded(self, head: Callable[[], torch.nn.Linear]) -> Self:
        """This task after training, with what only training needed folded into the head.

        Args:
            head: gives the layer that gives the logits, to be changed in place.
        """
        del head
        return self

    def tuned(
        self,
        answer: Callable[[], Predictions],
        references: np.ndarray,
        labels: Sequence[str],
        *,
        metric: str,
    ) -> Self:
        """This task with what is chosen on the validation rows, such as thresholds.

        Its options travel with an export, so what is found here answers there too.

        Args:
            answer: answers the validation rows; not called where nothing is chosen.
            references: gold answers to the same rows.
            metric: what decides.
        """
        del answer, references, labels, metric
        return self

    @abstractmethod
    def check(self, splits: Splits) -> None:
        """Refuse rows that this task cannot use: one class only, a label that train lacks.

        Raises:
            DataError: all problems found, each with split, rows and what to do.
        """

    def notes(self, splits: Splits) -> Sequence[str]:
        """What a person should know of rows that can be used, a sentence each."""
        del splits
        return ()

    def details(self, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]) -> Json:
        """Tables for the report, such as ``per_class`` and ``confusion``."""
        del references, answers, labels
        return {}

    @abstractmethod
    def example(self, shape: Shape, *, max_length: int) -> str:
        """Python that uses ``model``, ``tokenizer`` and ``labels`` once, for the model card."""


class Subwords(Protocol):
    """The base's own tokens, for baselines that are to read what the model reads."""

    @property
    def size(self) -> int:
        """How many different tokens there are."""

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text, without special tokens."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids."""

    def spelling(self, id_: int) -> str | None:
        """A token as the tokenizer itself writes it, such as ``##ing``; None where it has none."""

    def save(self, path: Path) -> None:
        """Write ``tokenizer.json``, from which ``tokenizers.Tokenizer.from_file`` reads it."""


class Features(Protocol):
    """What the base makes of a row as a whole, for baselines that build on it."""

    @property
    def size(self) -> int:
        """Weights of the base."""

    def of(self, table: pa.Table, report: Reporter) -> np.ndarray:
        """(N, H) float32."""


# ------------------------------------------------------------------ contending


@dataclass(frozen=True)
class Work:
    """What a contender may learn from. Test rows are not in it.

    Attributes:
        subwords: the base's tokenizer; None outside of a run.
        from_scratch: trains the run's own network, its weights random at the start.
        features: of the run's own base, before it is trained; None outside of a run.
    """

    task: Task
    labels: tuple[str, ...]
    train: pa.Table
    validation: pa.Table
    metric: str
    seed: int
    report: Reporter = field(default_factory=Silent)
    subwords: Subwords | None = None
    from_scratch: FromScratch | None = None
    features: Features | None = None


class Fitted(Protocol):
    """A contender after training."""

    notes: Json
    """What was chosen on validation, such as ``{"C": 1.0, "ngrams": [1, 2]}``."""
    trainable_parameters: int
    total_parameters: int

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Answer every row, in order."""

    def save(self, folder: Path) -> None:
        """Write what is needed to answer again; no pickle. ``folder`` exists and is empty."""


class FromScratch(Protocol):
    """Trains the run's own network without its pretrained weights, all else being the same."""

    def __call__(self, work: Work, *, learning_rate: float, epochs: float | None) -> Fitted:
        """Train every weight from a random start.

        Args:
            learning_rate: peak; a network that knows nothing takes larger steps.
            epochs: None: as many as the run's own.
        """


class Contender(Protocol):
    """Anything that can answer a task."""

    @property
    def name(self) -> str:
        """As tables and predictions call it."""

    @property
    def kind(self) -> Kind:
        """Fine-tuned or baseline; nothing but the verdict asks."""

    def fit(self, work: Work) -> Fitted:
        """Learn from the training rows; choose on the validation rows."""


class Baseline(Component):
    """A classic contender. See ``pipeline/baselines``; its fields are its options."""

    kind: ClassVar[Kind] = "baseline"
    seeded: ClassVar[bool] = False
    """Another seed gives another model, so that it is trained once a seed."""
    tasks: ClassVar[frozenset[str]]
    """What it can answer, each as ``Task.problem`` calls it."""
    needs_base: ClassVar[bool] = False
    """It answers with the run's base beside what it saves."""

    alias: str | None = Field(
        None,
        alias="as",
        pattern="^[a-z0-9][a-z0-9_.-]*$",
        description="what tables call it, for a recipe that has the same one with several options",
    )

    @property
    def called(self) -> str:
        """See ``Component``."""
        return self.alias or self.name

    def options(self) -> Json:
        """See ``Component``; without ``as`` where there is none."""
        options = super().options()
        if self.alias is None:
            del options["as"]
        return options

    @abstractmethod
    def fit(self, work: Work) -> Fitted:
        """Learn from the training rows; choose on the validation rows."""

    @staticmethod
    @abstractmethod
    def load(folder: Path, task: Task) -> Fitted:
        """Read back what ``Fitted.save`` wrote; ``task`` reads the texts of a table."""


# ------------------------------------------------------------------- fine-tuning


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


class Strategy(Component):
    """What of the base may learn. See ``pipeline/strategies``; its fields are its options."""

    learning_rate: ClassVar[float]
    """Peak learning rate where the recipe names none."""
    adds_adapter: ClassVar[bool] = False
    """What was learnt can be kept apart from the base."""

    @abstractmethod
    def apply(
        self, model: PreTrainedModel, *, family: Family, task: Task, fresh: Sequence[str]
    ) -> torch.nn.Module:
        """Set what learns; returns the model, wrapped where the strategy wraps it.

        Args:
            model: the base with its head.
            family: where its parts are.
            task: picks the head.
            fresh: parameters that the checkpoint lacked; they always learn.

        Raises:
            RecipeError: a named part or target does not exist.
        """


FACTS = "graft.json"
"""File of an export that says what plain libraries do not keep: labels, task, base."""

BASE_FOLDER = "base"
"""Folder inside an adapter for a base that the world does not know by a name."""

HERE = 'folder = Path(".")'
"""How an export's snippet names the folder that it runs in; on the Hub, the card says instead
from which repository it comes."""


@dataclass(frozen=True)
class Export:
    """A trained model on its way out, and what an exporter has to know of it.

    Attributes:
        model: fp32, on the CPU, in eval mode, wrapped by PEFT where the strategy did.
        base: as it stands in the lock file: hub_id, revision, sha256, origin.
        base_folder: where the base's files lie on this machine.
        labels: class names in id order.
        codec: tokenizer, longest input, shape of the base.
    """

    model: Any
    codec: Codec
    task: Task
    labels: tuple[str, ...]
    base: Json
    base_folder: Path


@dataclass(frozen=True)
class Limits:
    """How far from the model in memory a reloaded export may answer.

    Attributes:
        logits: largest absolute difference of a logit, in fp32; None: they are told, not judged.
        metric: how much worse the run's metric may be on the test rows that are compared, in its
            own units; of a metric above 1, this share of it.
        agreement: least share of these rows that get the same answer, where an answer is right
            or wrong and not more or less so.
    """

    logits: float | None = 1e-4
    metric: float = 0.005
    agreement: float = 0.99


class Exporter(Component):
    """A way out. See ``pipeline/exporters``."""

    needs_adapter: ClassVar[bool] = False
    """Only what a strategy learnt apart from the base can be exported so."""

    @property
    def limits(self) -> Limits:
        """How far from the model in memory a reloaded export may answer."""
        return Limits()

    @abstractmethod
    def problems(self, model: torch.nn.Module, *, family: Family, task: Task) -> list[str]:
        """Why this model could not be exported so, in words; asked before training starts."""

    def as_exported(self, model: torch.nn.Module) -> torch.nn.Module:
        """The model that a reloaded export is to answer as; the model itself, unless rounded."""
        return model

    @abstractmethod
    def write(self, export: Export, folder: Path) -> None:
        """Fill an empty folder."""

    @abstractmethod
    def snippet(self, export: Export) -> str:
        """Python that loads the export with public packages alone, run from its folder.

        It defines ``model`` and ``tokenizer``. The model card shows it, and the proof runs it.
        """


# -------------------------------------------------------------------- resulting


@dataclass(frozen=True)
class SeedResult:
    """One training of a contender that was trained with several seeds.

    Attributes:
        scores: metric name -> value on the test rows.
        validation_score: the run's metric on the validation rows.
        fit_seconds: wall time of this training.
    """

    seed: int
    scores: Mapping[str, float]
    validation_score: float
    fit_seconds: float


@dataclass(frozen=True)
class ContenderResult:
    """One contender on the test rows, and what it cost.

    Attributes:
        scores: metric name -> value on the test rows, for all of the task's metrics; the mean
            over seeds where there are several, as every other number but ``details``.
        validation_score: the run's metric on the validation rows.
        interval: 95% interval of the run's metric, [low, high], over rows and seeds.
        fit_seconds: wall time of fit, tuning included; of one training.
        predict_seconds: wall time over all test rows.
        size_bytes: what has to be kept to answer: the saved folder (the base included where
            an adapter needs one, see ``notes``).
        details: task's own tables: per-class report, confusion counts; of the first seed.
        notes: what was chosen on validation, and sizes apart; of the first seed.
        seeds: each training, the one that is exported first; empty where there was one.
    """

    name: str
    kind: Kind
    scores: Mapping[str, float]
    validation_score: float
    interval: tuple[float, float]
    fit_seconds: float
    predict_seconds: float
    size_bytes: int
    trainable_parameters: int
    total_parameters: int
    details: Json = field(default_factory=dict)
    notes: Json = field(default_factory=dict)
    seeds: Sequence[SeedResult] = ()

    def spread(self, metric: str) -> tuple[float, float] | None:
        """Lowest and highest score over seeds; None where there was one."""
        found = [each.scores[metric] for each in self.seeds]
        return (min(found), max(found)) if found else None


@dataclass(frozen=True)
class Verdict:
    """Was the transfer worth it? A fact about paired predictions on the same test rows.

    Attributes:
        best_baseline: the baseline that is best on the validation rows.
        difference: fine-tuned minus baseline, in the metric's own units.
        interval: paired 95% interval of the difference, over rows and seeds.
        p_value: two-sided; ``test`` names the test.
        minimum_detectable_difference: found with 80% power at the 5% level on this test set.
        worth_it: true where the interval lies above zero, false below, None between.
        sentence: the same in words, with the cost on both sides.
        wanted_difference: the smallest that matters, as the recipe has it.
        rows_needed: test rows on which the wanted difference, or else the one that was found,
            would be found four times in five; None where no number of rows would do.
        cost: what fine-tuning takes more than the baseline, and what of that goes to a point of
            the metric where it is worth it; see ``evaluation/cost.py``.
    """

    fine_tuned: str
    best_baseline: str
    metric: str
    difference: float
    interval: tuple[float, float]
    p_value: float
    test: str
    minimum_detectable_difference: float
    worth_it: bool | None
    sentence: str
    wanted_difference: float | None = None
    rows_needed: int | None = None
    cost: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """How a reloaded export answers, beside the model in memory.

    Attributes:
        max_logit_difference: largest absolute difference of a logit, fp32.
        logit_rows: forward passes of one example each that were compared.
        metric_difference: of the run's metric, reloaded minus in memory; None where the rows are
            too few or too alike to have one.
        metric_rows: test rows that it was compared on, in padded batches.
        agreement: share of these rows with the same answer; None where answers are more or less
            right.
        milliseconds: a forward pass of one example takes in the fresh process, the median.
        milliseconds_in_memory: the same of the model in memory, by torch.
    """

    max_logit_difference: float | None = None
    logit_rows: int = 0
    metric_difference: float | None = None
    metric_rows: int = 0
    agreement: float | None = None
    milliseconds: float | None = None
    milliseconds_in_memory: float | None = None


@dataclass(frozen=True)
class ExportResult:
    """What became of one export. What is not proved is not there.

    Attributes:
        path: relative to the run folder; empty where nothing was exported.
        proved: a fresh process reloaded it, and what it answers is within the limits.
        reason: why it was not exported; empty where it was.
        limits: as ``Limits``; all else as ``Proof``.
    """

    name: str
    path: str
    size_bytes: int
    proved: bool
    max_logit_difference: float | None = None
    logit_rows: int = 0
    metric_difference: float | None = None
    metric_rows: int = 0
    agreement: float | None = None
    milliseconds: float | None = None
    milliseconds_in_memory: float | None = None
    limits: Json = field(default_factory=dict)
    reason: str = ""

    @classmethod
    def refused(cls, name: str, *, reason: str, limits: Json) -> Self:
        """One that could not be made, or did not answer as the model in memory does."""
        return cls(name, "", 0, proved=False, reason=reason, limits=limits)


RESULT_VERSION = 1


@dataclass(frozen=True)
class RunResult:
    """``result.json``: the one truth that report, card, comparison and tests read.

    Attributes:
        status: ``finished``; anything else is not written as a result.
        data: rows a split, fingerprints, labels, notes.
        model: base model, strategy, what trains and what is frozen.
        provenance: versions, seed, commit, machine, start and wall seconds.
    """

    recipe: str
    description: str
    task: str
    status: str
    metric: str
    higher_is_better: bool
    test_rows: int
    contenders: Sequence[ContenderResult]
    verdict: Verdict | None
    exports: Sequence[ExportResult]
    data: Json
    model: Json
    provenance: Json
    version: int = RESULT_VERSION
