"""Deniability: an export of a caucus, and a forged one that opens just as well."""

import json
from pathlib import Path

from demo.processes import DemoFailedError
from demo.stage import Stage


def forge(stage: Stage) -> None:
    """Export a caucus at one side's desk, forge another that says something else, open both."""
    screen, desk = stage.screen, stage.other
    screen.begin("An export proves nothing about who wrote it")
    screen.say(
        "What was explored must stay deniable. Somebody with a side's desk can export its caucus "
        "as letters, and the letters open. Here the same desk, alone, forges such an export, in "
        "which the mediator says something it never said. The letters open just the same."
    )
    true, forged = stage.file("caucus.export"), stage.file("forged.export")
    desk.run("export", "--format", "letters", "--out", true)
    script = json.loads(desk.run("verify-export", true, "--json"))
    said = "Demo text. The mediator never wrote this sentence."
    file = stage.file("script.json")
    file.write_text(json.dumps(changed(script, said), ensure_ascii=False), encoding="utf-8")
    desk.run("forge", "--script", file, "--out", forged)
    pages = {path: desk.run("verify-export", path) for path in (true, forged)}
    screen.quote("`verify-export` of the forged one", last_lines(pages[forged]))
    screen.check(
        "the forged export opens as the true one does, with a sentence nobody wrote",
        holds=said in joined(pages[forged]) and said not in joined(pages[true]),
    )
    screen.check("both files have the same size", holds=size(true) == size(forged))


def changed(script: dict[str, object], said: str) -> dict[str, object]:
    """Return the script with other words in the mouth of the mediator. Raises: DemoFailedError."""
    for message in messages(script):
        if message.get("kind") in {"Conveyed", "MediatorAsked", "MediatorSaid"}:
            message["text"] = said
            return script
    raise DemoFailedError("the export was to hold something that the mediator said, and did not")


def messages(value: object) -> list[dict[str, object]]:
    """Return all messages in a script, wherever they stand in it."""
    if isinstance(value, dict):
        found = [value] if "kind" in value else []
        return found + [each for item in value.values() for each in messages(item)]
    if isinstance(value, list):
        return [each for item in value for each in messages(item)]
    return []


def joined(page: str) -> str:
    """Return a page as one line, without the bars at its left edge."""
    return " ".join(page.replace("│", " ").split())


def last_lines(page: str) -> str:
    """Return the end of a page: what it says about what it proves."""
    return joined("\n".join(page.splitlines()[-4:]))


def size(path: Path) -> int:
    """Return the file's size in bytes."""
    return path.stat().st_size
