"""From the declaration to the accord in force: draft, put, adhere, release."""

import json
from typing import Any

from demo.declaration import declaration
from demo.stage import Stage
from demo.terminals import Terminal, once_it_is_there, settle, wait_for
from rich.text import Text


def conclude(stage: Stage) -> None:
    """Draft the declaration, put it, let both adhere, release it."""
    screen, mediator = stage.screen, stage.mediator
    screen.begin("The declaration, and each side's own adherence")
    screen.say(
        "The mediator declares; each side adheres to the declaration by itself. So the two sides "
        "sign nothing with each other, and still both are bound to the same text, letter by letter."
    )
    file = stage.file("declaration.json")
    file.write_text(json.dumps(declaration(stage.case), ensure_ascii=False), encoding="utf-8")
    mediator.run("accord", "draft", file)
    mediator.run("accord", "put")
    show_declaration(stage)
    hold_back_one_signature(stage)
    stage.other.run("accord", "adhere", "--yes")
    once_it_is_there("not all have adhered", (mediator, ("accord", "release")))
    settle(mediator)
    screen.item(f"{stage.spoken.other} adheres; now the mediator releases both signatures.")
    screen.say("It is in force from here on.")


def show_declaration(stage: Stage) -> None:
    """Show what was put, as a side's desk has it."""
    screen = stage.screen
    (known,) = wait_for("the declaration", stage.processes, lambda: accords_at(stage.first))
    text = known["accord"]["editions"][0]["text"]
    screen.say(f"As the desk of {stage.spoken.first} shows it; what is shown is what is signed:")
    screen.beside([(f"Declaration by {stage.mediator.seat}", Text(text))])
    without = "; ".join(each["who"] for each in known["accord"]["affected"])
    if without:
        screen.say(
            f"It also names whom it concerns though they have no seat: {without}. Heard: no, in "
            "this demo; the case does not say."
        )


def accords_at(terminal: Terminal) -> Any:  # noqa: ANN401 - as the desk answers
    """Look whether an accord has come to a desk."""
    return terminal.read("accord", "list") or None


def hold_back_one_signature(stage: Stage) -> None:
    """Let one side adhere, and check that its signature stays where it is."""
    screen = stage.screen
    stage.first.run("accord", "adhere", "--yes")
    settle(stage.first)
    screen.item(f"{stage.spoken.first} adheres. The mediator tries to release that alone:")
    (sentence,) = stage.mediator.refused(("accord", "release"))
    screen.refusal(sentence)
    screen.check(
        f"{stage.spoken.other} does not learn that {stage.spoken.first} has signed already",
        holds=stances_at(stage) == [[stage.spoken.other, "undecided"]],
    )


def stances_at(stage: Stage) -> list[list[str]]:
    """Return whose answers the desk of the other side can show."""
    (known,) = wait_for("the declaration", stage.processes, lambda: accords_at(stage.other))
    stances: list[list[str]] = known["stances"]
    return stances
