"""A small judge of JSON schemas: the words that our own schemas use, and no others.

A library for it would be a dependency for one test; a word that is not known here is an error, so
that nothing of a schema goes unchecked.

Source: JSON Schema, draft 2020-12.
"""

from collections.abc import Iterator
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
SAID = {"$schema", "$defs", "title", "description"}


def faults(value: Any, schema: Any, whole: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield a sentence for each thing in which the value does not fit the schema."""
    if schema is False:
        yield f"{where}: may not be there"
        return
    for word, wanted in schema.items():
        if word not in SAID and not fits(value, (word, wanted), (schema, whole)):
            yield f"{where}: {word}"
    for name, inner in within(value, schema):
        yield from faults(value[name], inner, whole, f"{where}, {name}")


def within(value: Any, schema: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - any JSON
    """Yield where there is more to judge, and by which schema."""
    if isinstance(value, dict):
        known = schema.get("properties", {})
        yield from ((name, known[name]) for name in value if name in known)
        others = schema.get("additionalProperties", {})
        yield from ((name, others) for name in value if name not in known and others is not None)
    elif isinstance(value, list) and "items" in schema:
        yield from ((place, schema["items"]) for place in range(len(value)))


def is_of(value: Any, kind: str) -> bool:  # noqa: ANN401 - any JSON
    """Whether a value is of one of the types of JSON."""
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, TYPES[kind])


def fits(value: Any, rule: tuple[str, Any], about: tuple[Any, Any]) -> bool:  # noqa: ANN401 - a row for each word
    """Whether a value keeps one word of a schema; words for other types say nothing of it."""
    word, wanted = rule
    _, whole = about
    match word:
        case "$ref":
            target = whole
            for step in wanted.removeprefix("#/").split("/"):
                target = target[step]
            return not any(faults(value, target, whole))
        case "const":
            return bool(value == wanted)
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            return any(is_of(value, kind) for kind in kinds)
        case "oneOf":
            return sum(not any(faults(value, each, whole)) for each in wanted) == 1
        case "required":
            return not isinstance(value, dict) or all(name in value for name in wanted)
        case "minimum" | "maximum":
            if isinstance(value, bool) or not isinstance(value, int | float):
                return True
            return bool(value >= wanted if word == "minimum" else value <= wanted)
        case _ if word[:3] in {"min", "max"}:  # of items, properties, or letters
            kind = {"Items": list, "Properties": dict, "Length": str}[word[3:]]
            if not isinstance(value, kind):
                return True
            size = len(value)
            return bool(size >= wanted if word.startswith("min") else size <= wanted)
        case "properties" | "additionalProperties" | "items":
            return True  # judged inside
        case _:
            raise AssertionError(f"{word!r} is a word of schemas that this judge does not know")
