"""What is kept about the person, and how all of it is deleted."""

from handlers.messages import Effects, Expect, Forgotten, Reply
from handlers.turn import Turn


async def my_data(turn: Turn) -> Effects:
    """What is kept about this chat at this moment, and who answers for it."""
    data = await turn.desk.records.my_data()
    text = turn.say(
        "my_data",
        since=data.first_seen.strftime("%d.%m.%Y"),
        messages=data.messages,
        tickets=data.tickets,
    )
    buttons = (turn.button("deletemydata"), turn.button("topics"))
    return Effects((Reply(f"{text}\n\n{who_runs_it(turn)}", "info", turn.language, buttons),))


async def delete_my_data(turn: Turn) -> Effects:
    """Ask first: what is deleted cannot be brought back."""
    buttons = (
        turn.button("delete:yes", turn.say("button_delete_yes")),
        turn.button("delete:no", turn.say("button_delete_no")),
    )
    reply = Reply(turn.say("delete_really"), "info", turn.language, buttons)
    return Effects((reply,), (Expect("deletion"),))


async def deletion_answered(turn: Turn) -> Effects:
    """Delete after a yes."""
    if turn.action is not None and turn.action.argument == "yes":
        return delete_everything(turn)
    return keep_everything(turn)


def delete_everything(turn: Turn) -> Effects:
    """All is deleted; of an urgent case a shell without text stays, and that is said."""
    ticket = turn.chat.ticket
    urgent = ticket is not None and ticket.priority == "urgent"
    text = turn.say("deleted_but_urgent" if urgent else "deleted")
    return Effects((Reply(text, "info", turn.language, forgets=True),), (Forgotten(),))


def keep_everything(turn: Turn) -> Effects:
    """Nothing is deleted."""
    return Effects((turn.reply("not_deleted", "topics"),))


def who_runs_it(turn: Turn) -> str:
    """Who stands behind Udha and on what legal basis; plainly said where that is not set."""
    service = turn.desk.service
    operator = (
        turn.say("operator", operator=service.operator)
        if service.operator
        else turn.say("operator_unknown")
    )
    basis = (
        turn.say("legal_basis", legal_basis=service.legal_basis[turn.language])
        if service.legal_basis
        else turn.say("legal_basis_unknown")
    )
    return f"{operator}\n{basis}"
