"""A page as a tree, strict about what is opened and closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "wbr", "img", "hr", "input"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def all(self, tag: str = "", *, css: str = "", id: str = "") -> list[Element]:  # noqa: A002
        return [
            each
            for each in self.walk()
            if (not tag or each.tag == tag)
            and (not css or css in each.attributes.get("class", "").split())
            and (not id or each.attributes.get("id") == id)
        ]

    def one(self, tag: str = "", *, css: str = "", id: str = "") -> Element:  # noqa: A002
        (found,) = self.all(tag, css=css, id=id)
        return found

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    @property
    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    @property
    def exact_numbers(self) -> list[float]:
        return [float(each.attributes["value"]) for each in self.all("data")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Element:
    """The tree of a page.

    Raises:
        AssertionError: an element is closed out of order or not at all.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"never closed: {[each.tag for each in reader.open[1:]]}"
    return reader.open[0]
