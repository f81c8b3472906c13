"""Who gets into the console, and who does not."""

from bot.app import Udha
from tests.fakes.console_people import browser, colleague


async def test_strangers_are_sent_to_sign_in(udha: Udha) -> None:
    """Who is not signed in sees the sign-in page, whatever they ask for."""
    async with browser(udha) as http, http.get("/console/") as response:
        assert response.url.path == "/console/sign-in"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_staff_see_the_queue(udha: Udha) -> None:
    """A member who is signed in gets to the cases."""
    async with colleague(udha) as ana:
        assert (await ana.opens("/")).status == 200


async def test_a_form_of_another_session(udha: Udha) -> None:
    """A form with another session's token changes nothing."""
    async with colleague(udha) as ana, colleague(udha, "Besa") as besa:
        besa.csrf = ana.csrf
        assert (await besa.sends("/sign-out")).status == 403
        assert (await besa.opens("/")).url == "/console/"


async def test_signing_out(udha: Udha) -> None:
    """Who has signed out is asked to sign in again."""
    async with colleague(udha) as ana:
        await ana.sends("/sign-out")
        assert (await ana.opens("/")).url == "/console/sign-in"
