"""What columns of texts are often called."""

from __future__ import annotations

TEXTS = (
    "text", "sentence", "sentence1", "document", "review", "content", "body", "tweet", "comment",
    "message", "description", "utterance", "query", "question", "premise", "title", "문장", "본문",
    "내용", "리뷰", "댓글", "질문", "제목",
)  # fmt: skip
"""The likeliest first."""
