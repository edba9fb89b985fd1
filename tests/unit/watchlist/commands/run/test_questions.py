"""Questions to others, and what is said with what they answered."""

import json

from actors.watchlist.commands.run.answers import helping, questions
from actors.watchlist.commands.run.answers.questions import PendingQuery
from actors.watchlist.model.questions import Question, QuestionKind
from messages.commands import CommandAnswer, CommandOutcome
from messages.drafts import DraftsReply
from messages.health import HealthReply
from messages.papers import PaperKind, PaperReply, RecentPapersReply
from tests.builders import a_paper
from tests.commanding_builders import said
from tests.watching_builders import a_draft

OF_A_PAPER = Question(kind=QuestionKind.PAPER, paper=PaperKind.P, number=2300)


def an_inquiry(question: Question) -> PendingQuery:
    return PendingQuery(question=question, missing=frozenset(questions.queries(question, "r")))


def answer_of(inquiry: PendingQuery) -> CommandAnswer:
    outcome, answer = questions.answer(inquiry)
    assert outcome is (CommandOutcome.UNANSWERED if inquiry.missing else CommandOutcome.DONE)
    return answer


def test_who_owns_it_is_asked() -> None:
    assert questions.queries(OF_A_PAPER, "r").keys() == {"index", "prober"}
    assert questions.queries(Question(kind=QuestionKind.PAPER, paper=PaperKind.LWG, number=1), "r").keys() == {"index"}
    assert questions.queries(Question(kind=QuestionKind.RECENT, limit=3), "r").keys() == {"index", "prober"}
    assert questions.queries(Question(kind=QuestionKind.STATUS), "r").keys() == {"health"}


def test_nothing_heard_names_who_is_silent() -> None:
    text = said(answer_of(an_inquiry(OF_A_PAPER)))
    assert text == (
        "I can't answer that right now: the paper index and the draft finder aren't responding."
        " Please try again in a moment."
    )
    text = said(answer_of(an_inquiry(Question(kind=QuestionKind.UPTIME))))
    assert text.startswith("I can't answer that right now: the health monitor isn't responding.")


def test_what_was_heard_is_said_with_who_is_silent() -> None:
    inquiry = questions.with_reply(an_inquiry(OF_A_PAPER), PaperReply(request_id="r", papers=(a_paper(),)))
    assert inquiry.missing == {"prober"}
    text = said(answer_of(inquiry))
    assert "P2300R10" in text
    assert "the draft finder isn't responding" in text
    whole = questions.with_reply(inquiry, DraftsReply(request_id="r", drafts=(a_draft(2300, 11),)))
    assert not whole.missing
    assert "responding" not in said(answer_of(whole))
    assert "D2300R11" in said(answer_of(whole))


def test_watching_is_not_offered_for_a_number_that_nobody_knows() -> None:
    inquiry = questions.with_reply(an_inquiry(OF_A_PAPER), PaperReply(request_id="r", papers=()))
    whole = questions.with_reply(inquiry, DraftsReply(request_id="r", drafts=()))
    answer = answer_of(whole)
    assert "I don't know P2300" in said(answer)
    assert answer.buttons == ()


def test_of_a_number_only_that_is_said_to_be_unknown_which_somebody_answered() -> None:
    drafts = questions.with_reply(an_inquiry(OF_A_PAPER), DraftsReply(request_id="r", drafts=()))
    assert said(answer_of(drafts)) == (
        "I don't know P2300: no draft of it has been found.\n"
        "This is incomplete: the paper index isn't responding. Please try again in a moment."
    )
    papers = questions.with_reply(an_inquiry(OF_A_PAPER), PaperReply(request_id="r", papers=()))
    assert said(answer_of(papers)).startswith(
        "I don't know P2300: it isn't in the index.\nThis is incomplete: the draft finder"
    )
    recent = questions.with_reply(
        an_inquiry(Question(kind=QuestionKind.RECENT)), DraftsReply(request_id="r", drafts=())
    )
    assert said(answer_of(recent)).startswith("No drafts yet.\nThis is incomplete: the paper index")


def test_what_happened_lately_is_one_list() -> None:
    inquiry = an_inquiry(Question(kind=QuestionKind.RECENT, limit=1))
    inquiry = questions.with_reply(inquiry, RecentPapersReply(request_id="r", papers=()))
    assert "No papers or drafts yet." in said(
        answer_of(questions.with_reply(inquiry, DraftsReply(request_id="r", drafts=())))
    )
    drafts = (a_draft(1), a_draft(2))
    assert len(answer_of(questions.with_reply(inquiry, DraftsReply(request_id="r", drafts=drafts))).lines) == 1


def test_the_health_document_is_read_however_little_is_in_it() -> None:
    for kind in (QuestionKind.STATUS, QuestionKind.UPTIME):
        document = '{"status": "ok", "version": "1", "reasons": [], "actors": {}}'
        reply = HealthReply(request_id="r", document=document, healthy=True)
        assert "running" in said(answer_of(questions.with_reply(an_inquiry(Question(kind=kind)), reply)))


def test_nothing_is_degraded_while_the_index_is_loaded_for_the_first_time() -> None:
    health = {"status": "degraded", "version": "1", "reasons": ["index: not loaded yet"], "actors": {}}
    for beginning, state in (([True], "starting"), ([True, False], "degraded"), ([], "degraded")):
        document = json.dumps(health | {"problems": [{"beginning": each} for each in beginning]})
        reply = HealthReply(request_id="r", document=document, healthy=False)
        text = said(answer_of(questions.with_reply(an_inquiry(Question(kind=QuestionKind.STATUS)), reply)))
        assert text.startswith(f"Status: {state}. ")
        assert "• index: not loaded yet" in text


def test_a_paper_has_its_newest_three_revisions_and_a_button_for_all() -> None:
    papers = tuple(a_paper(2300, revision) for revision in range(11))
    for limit, shown, labels in (
        (3, ["P2300R10", "P2300R9", "P2300R8"], ["Watch P2300", "All", "Mute for 2 weeks", "Why?"]),
        (30, [paper.id for paper in reversed(papers)], ["Watch P2300", "Mute for 2 weeks", "Why?"]),
    ):
        question = Question(kind=QuestionKind.PAPER, paper=PaperKind.P, number=2300, limit=limit)
        inquiry = questions.with_reply(an_inquiry(question), PaperReply(request_id="r", papers=papers))
        answer = answer_of(questions.with_reply(inquiry, DraftsReply(request_id="r", drafts=())))
        lines = [line.spans[1].text for line in answer.lines if line.spans[0].text == "• "]
        assert lines == shown
        assert [button.label for button in answer.buttons] == labels
        assert ("paper P2300 all" in [button.command for button in answer.buttons]) is (limit == 3)
        assert ("… and 8 earlier ones: paper P2300 all" in said(answer)) is (limit == 3)


def test_help_shows_four_examples_and_more_of_it_on_request() -> None:
    short, whole = helping.help_on(""), helping.help_on("all")
    assert sum(line.spans[0].text == "• " for line in short.lines) == 4
    assert [(button.label, button.command) for button in short.buttons] == [("More", "help all")]
    assert sum(line.spans[0].text == "• " for line in whole.lines) > 20
    assert "timezone Europe/Berlin" in said(whole)
