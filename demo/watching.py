"""Side by side: what each desk shows, taken from that desk; and looking for what must not be there.

The check is made on what the desks answer to other programs, and on the bytes of the relay's files.
"""

from typing import Any

from demo import leaks
from demo.stage import Relay, Stage
from demo.talking import References
from demo.terminals import at_once, from_json
from rich.console import Group, RenderableType
from rich.text import Text

WIDE_ENOUGH = 110  # columns, for three desks beside one another
SPEECH = frozenset({"Said", "Asked", "Conveyed", "ConveyedAsTheirs", "MediatorAsked"})


def look_from_each_seat(stage: Stage, relay: Relay, refs: References) -> None:
    """Show every desk's own view, check that the secret stayed, show who knows what."""
    screen = stage.screen
    screen.begin("Side by side: what each desk shows")
    screen.say(
        "Each column comes from that desk's own encrypted database, by the command "
        "`backchannel -d DESK caucus`."
    )
    parties = list(stage.parties.values())
    sides = [terminal.seat for terminal in parties]
    pages = at_once(
        *((terminal, ("caucus", "--json")) for terminal in parties),
        *((stage.mediator, ("caucus", side, "--json")) for side in sides),
        (stage.mediator, ("knows", "--json")),
    )
    *views, known = map(from_json, pages)
    own, whole = views[: len(parties)], views[len(parties) :]
    show_columns(stage, own, whole)
    first, other = stage.spoken.first, stage.spoken.other
    screen.say(
        f"Look for {first}'s first note, the secret one: {first} and the mediator have it, {other} "
        f"has nothing of it, nor any sign that it was said. And {first} is not told who "
        "wrote the non-paper. With two sides it can guess; its desk cannot tell it."
    )
    check_secret(stage, dict(zip(sides, own, strict=True)), whole)
    check_relay(stage, relay)
    check_desks(stage)
    show_knowledge(stage, known, refs)


def show_columns(stage: Stage, own: list[Any], whole: list[Any]) -> None:
    """Show the sides' desks beside one another, the mediator's with both of its caucuses."""
    columns: list[tuple[str, RenderableType]] = [
        (f"desk of {terminal.seat}", page(view))
        for terminal, view in zip(stage.parties.values(), own, strict=True)
    ]
    parts = [part for view in whole for part in (heading(view), page(view), Text(""))]
    both = Group(*parts[:-1])
    if stage.screen.console.width >= WIDE_ENOUGH:
        stage.screen.beside([columns[0], ("desk of the mediator", both), columns[1]])
        return
    stage.screen.beside(columns)
    stage.screen.beside([("desk of the mediator, who sees both caucuses", both)])


def heading(view: Any) -> Text:  # noqa: ANN401 - as the desk answers
    """Return the line above a caucus at the mediator's desk."""
    return Text(f"Caucus with {view['welcome']['party']}", style="underline")


def page(view: Any) -> Group:  # noqa: ANN401 - as the desk answers
    """Return a caucus as a column: who does what, and the words."""
    welcome = view["welcome"]
    names = {"party": welcome["party"], "mediator": "Mediator"}
    parts = []
    for entry in view["entries"]:
        if entry["kind"] in SPEECH:
            parts += [Text(f"{names[entry['from']]}: {entry['what']}", style="bold")]
            parts += [Text(entry["text"]), Text("")]
    return Group(*parts[:-1])


def words_of(view: Any) -> str:  # noqa: ANN401 - JSON of any shape
    """Return every text anywhere in what a desk answers."""
    if isinstance(view, dict):
        return "\n".join(words_of(value) for value in view.values())
    if isinstance(view, list):
        return "\n".join(words_of(value) for value in view)
    return view if isinstance(view, str) else ""


def check_secret(stage: Stage, own: dict[str, Any], whole: list[Any]) -> None:
    """Check that the secret is where it was said, so that looking finds it, and nowhere else."""
    spoken, screen = stage.spoken, stage.screen
    known = [note.text for note in spoken.notes if note is not spoken.secret]
    runs = leaks.fragments(spoken.secret.text, known=[*known, spoken.idea, spoken.question])
    screen.check(
        f"{spoken.first}'s secret note is on its own desk and on the mediator's",
        holds=leaks.shown_in(runs, words_of(own[spoken.first]))
        and leaks.shown_in(runs, words_of(whole)),
    )
    screen.check(
        f"not {leaks.WIDTH} characters of it in a row are anywhere on the desk of {spoken.other}",
        holds=not leaks.shown_in(runs, words_of(own[spoken.other])),
    )


def check_relay(stage: Stage, relay: Relay, *, when: str = "") -> None:
    """Check that no fragment of anything said is in any file of the relay."""
    spoken, screen = stage.spoken, stage.screen
    texts = [*(note.text for note in spoken.notes), spoken.question, spoken.idea]
    count, size, where = leaks.files_with(texts, relay.data)
    screen.check(
        f"{when}no fragment of any note is in the relay's files ({count} files, {size:,} bytes)",
        holds=size > 0 and not where,
    )


def check_desks(stage: Stage) -> None:
    """Check that no fragment of the notes is readable in the files of any desk."""
    texts = [note.text for note in stage.spoken.notes]
    count, size, where = leaks.files_with(texts, stage.mediator.home)
    stage.screen.check(
        f"none in the desks' own files, which are encrypted ({count} files, {size:,} bytes)",
        holds=size > 0 and not where,
    )


def show_knowledge(stage: Stage, known: Any, refs: References) -> None:  # noqa: ANN401 - as above
    """Show the mediator's table of who was told what."""
    screen = stage.screen
    screen.say("")
    screen.say(
        "Who knows what: the mediator's own table, so that it never has to remember what it has "
        "told to whom. It is on no other desk."
    )
    rows = [(row["author"], row["text"], row["party"], told_as(row)) for row in known]
    screen.table((("note of", "fix"), ("note", ""), ("party", "fix"), ("was told", "")), rows)
    told = {row["note"]: bool(row["told"]) for row in known}
    secret = next(key for key in told if key.startswith(refs.secret))
    others = all(told[key] for key in told if key != secret)
    screen.check(
        "it shows the secret note as told to nobody, and the others as told",
        holds=not told[secret] and others,
    )


def told_as(row: Any) -> str:  # noqa: ANN401 - as above
    """Return in words as what a party was told of a note."""
    words = {"author": "as its author's words", "nobody": "as a non-paper"}
    ways = [
        words.get(told["attribution"], "as the mediator's own idea")
        + (", reworded" if told["reworded"] else "")
        for told in row["told"]
    ]
    return "; ".join(ways) or "NOTHING"
