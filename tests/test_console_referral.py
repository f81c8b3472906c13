"""Passing a case to a partner: with consent, seen before, and recorded."""

from bot.app import Udha
from bot.store import audit, referrals
from tests.fakes.case_people import CasePeople
from tests.fakes.console_people import colleague
from tests.fakes.other_eyes import everything
from tests.fakes.store_world import MovedClock

QUESTION = "Më premtuan punë në Bruksel"
AGREED = {"basis": "consent", "words": "Po, shkroi sot"}


async def _case(udha: Udha, who: str = "ana") -> None:
    await CasePeople(udha.parts.store, MovedClock()).ask(QUESTION, who)


def _partner(udha: Udha) -> str:
    """The id of some institution of the content."""
    return next(iter(udha.parts.newest().content.contacts))


async def test_seen_before_it_is_recorded(udha: Udha) -> None:
    """First the exact words are shown; only then they are recorded, and stand in the case."""
    await _case(udha)
    form = {"contact": _partner(udha), **AGREED, "summary": "A young person was promised work."}
    async with colleague(udha) as ana:
        page = await ana.opens("/case/1/refer")
        assert QUESTION in page.text
        seen = await ana.sends("/case/1/refer", **form, line="0")
        assert f"A young person was promised work. „{QUESTION}“" in seen.text
        assert await _recorded(udha) == []
        done = await ana.sends("/case/1/refer", **form, line="0", step="record")
        assert done.url == "/console/case/1/referrals"
        assert "With the person's consent: Po, shkroi sot" in done.text
        (one,) = await _recorded(udha)
        assert one.passed == f"A young person was promised work.\n\n„{QUESTION}“"
        assert one.by == "Ana"
        call = await ana.opens(f"/case/1/referral/{one.id}")
        assert "this is Ana of the Udha team" in call.text
    deeds = await udha.parts.store.read(lambda tx: audit.read(tx, 9))
    assert ("referred", 1, form["contact"]) in [(d.what, d.ticket, d.detail) for d in deeds]


async def test_never_without_consent(udha: Udha) -> None:
    """Without recorded consent nothing is passed, whatever step is asked for."""
    await _case(udha)
    form = {"contact": _partner(udha), "summary": "x", "step": "record"}
    async with colleague(udha) as ana:
        for wrong, why in [
            ({}, "Without the person's consent"),
            ({"basis": "because", "words": "x"}, "Without the person's consent"),
            ({"basis": "consent", "words": "  "}, "Write how and when they agreed"),
            ({"basis": "life"}, "what the danger is and who decided"),
            ({**AGREED, "contact": "nobody"}, "Choose who you pass the case on to"),
            ({**AGREED, "summary": ""}, "Write what you tell the partner"),
        ]:
            page = await ana.sends("/case/1/refer", **{**form, **wrong})
            assert page.status == 409
            assert why in page.text
    assert await _recorded(udha) == []


async def test_danger_to_life(udha: Udha) -> None:
    """Where a life is in danger and nobody can be asked, who decided and why is recorded."""
    await _case(udha)
    async with colleague(udha) as ana:
        await ana.sends(
            "/case/1/refer",
            contact=_partner(udha),
            basis="life",
            words="Locked in; Besa decided",
            summary="x",
            step="record",
        )
    (one,) = await _recorded(udha)
    assert (one.consent.basis, one.consent.words) == ("life", "Locked in; Besa decided")


async def test_never_the_account(udha: Udha) -> None:
    """What is suggested names the case, never where the person is."""
    await _case(udha, "session-of-drita-4711")
    async with colleague(udha) as ana:
        assert "drita" not in (await ana.opens("/case/1/refer")).html


async def test_what_was_passed_cannot_be_read_elsewhere(udha: Udha) -> None:
    """In the database consent and words are sealed."""
    await _case(udha)
    async with colleague(udha) as ana:
        await ana.sends(
            "/case/1/refer", contact=_partner(udha), **AGREED, summary="Secret!", step="record"
        )
    held = everything(udha.parts.settings.home)["referrals"]
    assert b"Secret" not in held
    assert b"shkroi" not in held


async def test_a_case_that_is_not_there(udha: Udha) -> None:
    """Another number is a page that does not exist."""
    async with colleague(udha) as ana:
        assert (await ana.opens("/case/77/refer")).status == 404
        assert (await ana.sends("/case/77/refer", summary="x")).status == 404


async def _recorded(udha: Udha) -> list[referrals.Referral]:
    return await udha.parts.store.read(lambda tx: referrals.of_ticket(tx, 1))
