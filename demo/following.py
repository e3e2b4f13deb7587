"""After the accord: the steps with their real days, and the file that anybody can verify."""

import hashlib
import re
from datetime import date
from typing import Any

from demo.course import as_csv, expected, marks, reports
from demo.stage import Stage
from demo.terminals import at_once, backchannel, from_json, settle

from backchannel.channel.sequence import RealStep
from backchannel.channel.steps import Basis

REPORT = re.compile(r"\bReport ([0-9a-f]{4,32})\b")
FINGERPRINT = re.compile(
    r"^\W*your own\b.*?((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", re.IGNORECASE | re.MULTILINE
)
HEADS = (("step", "fix"), ("who does what", ""), ("planned", "fix"), ("done on", "fix"))


def implement(stage: Stage) -> None:
    """Report and enter the steps, and show how they stand on a side's own desk."""
    screen, case = stage.screen, stage.case
    screen.begin("The steps, on their real days")
    screen.say(
        "Each side's desk reports steps of its own. The mediator, here catching up with a course "
        "long past, enters the others and those of third parties, each with the public page that "
        "says so. Both sides are told the same. The day a step was done stands apart from the day "
        "on which it was entered."
    )
    arrived = report(stage)
    file = stage.file("marks.csv")
    file.write_text(as_csv(marks(case, arrived)), encoding="utf-8")
    stage.mediator.run("step", "mark", "--from", file)
    settle(stage.mediator)
    pages = at_once(*((t, ("step", "list", "--json")) for t in stage.parties.values()))
    lists = [from_json(page) for page in pages]
    books = [found["steps"] for found in lists]
    show_steps(stage, books[0])
    force = all(found["life"] == "in force" for found in lists)
    screen.check("the accord is in force on the desks of both sides", holds=force)
    check_steps(stage, books)


def report(stage: Stage) -> dict[str, str]:
    """Report from the sides' desks, both at once; return by step what the report is called."""
    arrived: dict[str, str] = {}
    queues = {side: [r for r in reports(stage.case) if r.side == side] for side in stage.parties}
    while any(queues.values()):
        due = [queue.pop(0) for queue in queues.values() if queue]
        pages = at_once(
            *(
                (stage.parties[r.side], ("step", "report", r.step, "--done-on", str(r.done_on)))
                for r in due
            )
        )
        for each, page in zip(due, pages, strict=True):
            found = REPORT.search(page)
            arrived[each.step] = found[1] if found else ""
            stage.screen.item(f"{each.side} reports {each.step}, done on {each.done_on}")
    settle(*stage.parties.values())
    return arrived


def show_steps(stage: Stage, book: dict[str, Any]) -> None:
    """Show each step as a side's desk has it, with its source."""
    screen, case = stage.screen, stage.case
    side = case.sides[0]
    course = sorted(case.steps, key=when)
    addresses = dict.fromkeys(real.source.address for real in course)
    numbers = {address: str(number) for number, address in enumerate(addresses, start=1)}
    rows = [
        (
            real.step.id,
            f"{real.step.actor} {real.step.action}",
            str(real.step.planned or "no day"),
            done_on(book[real.step.id]),
            book[real.step.id]["state"],
            numbers.get(source_of(book[real.step.id]), "") + unsure(real),
        )
        for real in course
    ]
    screen.say("")
    screen.say(f"As the desk of {side} shows them:")
    screen.table((*HEADS, ("stands", "fix"), ("src", "fix")), rows)
    screen.say("")
    screen.say(
        "verified: a public page that was read supports it. reported: nobody has verified it yet. "
        "lapsed: not done, as far as this case's record goes. A ? behind the source: from memory, "
        "not verified. Sources:"
    )
    for address, number in numbers.items():
        screen.raw(f"{number:>4}  {address}")
    screen.say("")
    screen.say(f"What became of it, in the judgement of who coded the case: {case.ending.status}.")
    if case.ending.broke_at:
        screen.say(f"It broke at {case.ending.broke_at}. {case.ending.why}")
    screen.say(f"Left exposed: {case.ending.exposed}")


def when(real: RealStep) -> date:
    """Return the day by which a step is put in order; what has none comes last."""
    return real.done_on or real.step.planned or date.max


def unsure(real: RealStep) -> str:
    """Return the mark of a step that no page supports."""
    return "" if real.source.basis is Basis.PAGE else "?"


def done_on(now: Any) -> str:  # noqa: ANN401 - a step as the desk answers
    """Return the day a step was done, as entered last."""
    days = [mark["done_on"] for mark in now["marks"] if mark["done_on"]]
    return str(days[-1]) if days else "not done"


def source_of(now: Any) -> str:  # noqa: ANN401 - as above
    """Return the source of the last entry on a step."""
    return str(now["marks"][-1]["source"]) if now["marks"] else ""


def check_steps(stage: Stage, books: list[dict[str, Any]]) -> None:
    """Check that every desk shows each step as the case has it."""
    screen, wanted = stage.screen, expected(stage.case)
    same = all(
        {step: (now["state"], done_on(now)) for step, now in book.items()}
        == {step: (state, str(day or "not done")) for step, (state, day) in wanted.items()}
        for book in books
    )
    screen.check("both sides' desks show every step as it really went, day by day", holds=same)
    lapsed = [step for step, (state, _) in wanted.items() if state == "lapsed"]
    if lapsed:
        shown = all(book[step]["state"] == "lapsed" for book in books for step in lapsed)
        screen.check(f"steps not done are shown as lapsed: {', '.join(lapsed)}", holds=shown)


def verify_file(stage: Stage) -> None:
    """Export the accord and judge the file three times: bare, with keys, altered."""
    screen = stage.screen
    screen.begin("The accord file, verified by somebody who was not there")
    file = stage.file("accord.json")
    stage.first.run("accord", "export", file)
    content = file.read_bytes()
    screen.say(
        f"One file holds text and signatures ({len(content):,} bytes, SHA-256 "
        f"{hashlib.sha256(content).hexdigest()[:16]}...). Who verifies it needs no desk and no "
        "passphrase. Three questions:"
    )
    altered = stage.file("altered.json")
    altered.write_bytes(alter(content, stage))
    known = fingerprints(stage)
    keys = [word for seat, key in known.items() for word in ("--key", f"{seat}={key}")]
    bare, vouched, forged = stage.processes.run(
        backchannel("accord", "verify", file),
        backchannel("accord", "verify", file, *keys),
        backchannel("accord", "verify", altered),
    )
    screen.item("Do the signatures hold? The file alone says:")
    verdict(stage, bare.out, "signatures hold, keys NOT vouched for")
    screen.item(
        "Whose keys are they? Each participant reads its key's fingerprint out at its own desk, "
        "and it is compared with the file:"
    )
    for seat, key in known.items():
        screen.quote(seat, key)
    verdict(stage, vouched.out, "signatures hold and each key is vouched for")
    screen.item("And if one word of the text is changed afterwards?")
    verdict(stage, forged.out, "does not hold")


def alter(content: bytes, stage: Stage) -> bytes:
    """Return the file with one letter of its title changed."""
    title = stage.case.title.encode()
    return content.replace(title, title[:-1] + (b"X" if title[-1:] != b"X" else b"Y"), 1)


def fingerprints(stage: Stage) -> dict[str, str]:
    """Return the fingerprint of each participant's key, from its own desk."""
    pages = at_once(*((terminal, ("accord", "keys")) for terminal in stage.everyone))
    found = (FINGERPRINT.search(page) for page in pages)
    return {
        terminal.seat: match[1].strip() if match else "none"
        for terminal, match in zip(stage.everyone, found, strict=True)
    }


def verdict(stage: Stage, page: str, expected_words: str) -> None:
    """Show the first line of a verdict, which says it all, and check it."""
    first = page.partition("\n")[0].strip()
    stage.screen.check(f"as it must be, the verdict is: {first}", holds=first == expected_words)
