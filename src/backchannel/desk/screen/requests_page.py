"""What waits for an answer in a caucus: uses asked for, and questions of either side."""

from backchannel.channel.disclosure import View
from backchannel.channel.rules import RequestState
from backchannel.desk.screen.paper import Paper
from backchannel.desk.session.finding import SHOWN


def show_requests(paper: Paper, view: View) -> None:
    """Write the uses asked for, then the questions that nobody has answered."""
    for key, request in view.requests.items():
        asked, state = request.asked, request.state.value
        paper.head(
            f"{key[:SHOWN]}  use of note {asked.note[:SHOWN]} {asked.attribution.words}: {state}",
            style="bold" if request.state is RequestState.ASKED else "",
        )
        paper.quote(asked.text)
        if request.answer:
            paper.line("    answered:")
            paper.quote(request.answer)
    unanswered = {key: q for key, q in view.questions.items() if not q.answered}
    for question, known in unanswered.items():
        whose = "the party" if known.from_party else "the mediator"
        paper.head(f"{question[:SHOWN]}  question of {whose}, not answered yet", style="bold")
        paper.quote(known.text)
    if not view.requests and not unanswered:
        paper.line("Nothing waits for an answer.")
