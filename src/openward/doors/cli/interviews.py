"""The command that interviews: one question at a time at a terminal, or one answer at a time for a program."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from openward.doors.cli.session import OutputOption, operator, session_of, show_json

if TYPE_CHECKING:
    from openward.domain.interview import Question, Turn
    from openward.domain.proposal import Language
    from openward.domain.run import RunRequest
    from openward.ward import Ward

_WORDS: Final = {
    "en": {
        "yes": "yes", "no": "no", "unknown": "I do not know",
        "stop": "Stopped. Go on with: openward interview --resume {}",
        "which": "a number, or its word", "again": "This was not understood: {}",
    },
    "zh": {
        "yes": "是", "no": "否", "unknown": "不知道", "stop": "已暂停。继续请输入：openward interview --resume {}",
        "which": "序号或选项", "again": "无法理解：{}",
    },
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("interview")(interview)


def interview(
    context: typer.Context,
    service: Annotated[
        str | None, typer.Argument(help="The id of a service that asks questions, such as triage.")
    ] = None,
    input: Annotated[str, typer.Option("--input", "-i", help="A JSON file, or - for standard input.")] = "",
    values: Annotated[
        list[str] | None, typer.Option("--set", help="One value of the input: complaint='chest pain', age=54.")
    ] = None,
    patient: Annotated[str | None, typer.Option("--patient", "-p", help="A patient's id in the record.")] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with this interview.")] = None,
    answer: Annotated[str | None, typer.Option(help="For programs: give one answer, question=value, and end.")] = None,
    finish: Annotated[bool, typer.Option("--finish", help="End the interview with the answers so far.")] = False,
    language: Annotated[str, typer.Option("--language", "-l", help="en or zh.")] = "en",
    output: OutputOption = "text",
) -> None:
    """Let a service ask its questions one by one; an interview that stops can be gone on with for a day.

    With --output json it prints where the interview stands and ends; give each answer with --resume ID --answer
    QUESTION=VALUE.
    """
    from openward.domain.errors import InputError
    from openward.domain.proposal import language_of

    with session_of(context).ward() as ward:
        if resume is None and service is None:
            msg = "name a service that asks questions (openward interview triage), or --resume an interview"
            raise InputError(msg)
        if resume is None:
            request = _request(input, values or [], patient, language_of(language))
            turn = ward.interviews.open(str(service), request, actor=operator(), door="cli")
        elif answer is not None:
            turn = _answer(ward, resume, answer)
        elif finish:
            turn = ward.interviews.finish(resume, actor=operator(), door="cli")
        else:
            turn = ward.interviews.stand(resume, actor=operator(), door="cli")
        if output == "json":
            show_json(turn)
        else:
            _talk(ward, turn)


def _request(name: str, values: list[str], patient: str | None, language: "Language") -> "RunRequest":
    import msgspec

    from openward.doors.cli.services import read_input
    from openward.harness.request import request_of

    request = request_of(read_input(name) if name else b"{}")
    if values:
        given = msgspec.json.decode(request.input, type=dict[str, Any]) | dict(_pair(value) for value in values)
        request = msgspec.structs.replace(request, input=msgspec.Raw(msgspec.json.encode(given)))
    return msgspec.structs.replace(request, patient=patient or request.patient, language=language)


def _pair(text: str) -> tuple[str, Any]:
    from openward.domain.errors import InputError

    name, equals, value = text.partition("=")
    if not equals:
        msg = "write a value as name=value (complaint='chest pain', age=54)"
        raise InputError(msg)
    return name.strip(), _value(value)


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text itself."""
    import msgspec

    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _answer(ward: "Ward", id: str, pair: str) -> "Turn":
    from openward.domain.interview import Answered

    question, value = _pair(pair)
    return ward.interviews.answer(id, Answered(question=question, value=value), actor=operator(), door="cli")


def _talk(ward: "Ward", turn: "Turn") -> None:
    """Asks until there is nothing more to ask, or until the person stops."""
    from openward.domain.errors import InputError
    from openward.domain.interview import Answered
    from openward.doors.cli.render import show_run
    from openward.harness.interviews import question_of

    words = _WORDS[turn.run.language]
    while not turn.ended and (question := question_of(turn.run)) is not None:
        try:
            value = _ask(question, words)
            answered = Answered(question=question.id, value=value)
            turn = ward.interviews.answer(turn.interview, answered, actor=operator(), door="cli")
        except (typer.Abort, EOFError, KeyboardInterrupt):
            typer.echo("\n" + words["stop"].format(turn.interview))
            return
        except InputError as error:
            typer.echo(words["again"].format(error))
    show_run(turn.run)


def _ask(question: "Question", words: dict[str, str]) -> Any:
    unit = f" ({question.unit})" if question.unit else ""
    if question.kind == "number":
        return _value(str(typer.prompt(question.text + unit)))
    options = [(o.id, o.text) for o in question.options] or [(id, words[id]) for id in ("yes", "no", "unknown")]
    typer.echo(question.text)
    for number, (_, text) in enumerate(options, 1):
        typer.echo(f"  {number}  {text}")
    said = str(typer.prompt(words["which"])).strip().casefold()
    chosen = {str(n): id for n, (id, _) in enumerate(options, 1)}
    chosen |= {word.casefold(): id for id, text in options for word in (id, text)}
    return chosen.get(said, said)
