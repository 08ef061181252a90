"""The recipe's ``train`` block."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Rate = Annotated[float, Field(gt=0)]


class TrainSpec(BaseModel):
    """How to train; every default is what a recipe gets that says nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: float = Field(3.0, gt=0, le=1000, description="Passes over the training rows.")
    max_steps: int | None = Field(
        None, ge=1, description="Stop after this many optimiser steps, whatever the epochs say."
    )
    learning_rate: Rate | Literal["auto"] = Field(
        "auto", description="Peak learning rate; auto: the strategy's own default."
    )
    head_learning_rate: Rate | Literal["auto"] = Field(
        "auto", description="Peak learning rate of the head; auto: the same as learning_rate."
    )
    embedding_learning_rate: Rate | None = Field(
        None, description="Peak learning rate of the embeddings; unset: the same as learning_rate."
    )
    optimizer: Literal["adamw", "muon"] = Field(
        "adamw",
        description="adamw, or muon for the matrices between embeddings and head, which needs"
        " fewer tokens where a model starts from nothing.",
    )
    head: Literal["probe", "random"] = Field(
        "probe",
        description="How the head starts: as a linear probe fitted on the frozen base's"
        " features, or at random.",
    )
    batch_size: int = Field(32, ge=1, description="Rows in one optimiser step, over all processes.")
    oversample: Literal["none", "balanced"] = Field(
        "none",
        description="balanced: in every epoch rows of rarer classes come as often as those of the"
        " largest one, each row as often as the others of its class, or once more.",
    )
    micro_batch_size: int | None = Field(
        None, ge=1, description="At most this many rows in one forward pass; the loss is the same."
    )
    micro_batch_tokens: int = Field(
        8192, ge=16, description="At most this many tokens, padding included, in one forward pass."
    )
    schedule: Literal["linear", "cosine", "constant"] = Field(
        "linear", description="The learning rate after warm-up."
    )
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of the steps spent warming up.")
    weight_decay: float = Field(0.01, ge=0, description="Decoupled weight decay of matrices.")
    beta2: float = Field(
        0.999,
        gt=0,
        lt=1,
        description="AdamW's memory of squared gradients; 0.95 is usual where a language model"
        " starts from nothing.",
    )
    max_grad_norm: float | None = Field(1.0, gt=0, description="Clip gradients to this norm.")
    dropout: float | None = Field(
        None, ge=0, lt=1, description="Dropout of the base model; unset: the base's own."
    )
    precision: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "auto", description="auto: bf16 where the processor computes in it, else fp32."
    )
    max_length: int | None = Field(
        None, ge=4, description="Longest input in tokens; unset: what the base can take."
    )
    too_long: Literal["warn", "truncate", "error"] = Field(
        "warn",
        description="Rows that are longer: cut them and warn, cut them and note it, or stop."
        " Tasks that can read a long text in windows do so.",
    )
    validations: int = Field(
        10, ge=1, description="How often to validate over the run, evenly spaced, the end included."
    )
    patience: int | None = Field(
        None, ge=1, description="Stop after this many validations without improvement."
    )
    checkpoint_minutes: float = Field(
        10.0, gt=0, description="Write a checkpoint at the first validation after this long."
    )
    tracker: Literal["none", "tensorboard"] = Field(
        "none", description="Also send the curves to this tracker, through accelerate."
    )
