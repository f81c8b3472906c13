"""The real content with an understanding that does as it is told: "ANSWER …" is answered."""

from dataclasses import dataclass

from knowledge_base.decision import Decision, Ranked
from knowledge_base.model import Content, Language
from knowledge_base.recognising.requests import Requests

SHOWN = "visa-free-stay"
SUGGESTED = ("overstay", "etias")


@dataclass(frozen=True)
class ScriptedKnowledge:
    """The first word of a text says what is to be decided; requests are the real ones."""

    content: Content
    requests: Requests

    def decide(
        self, text: str, language: Language | None = None, shown: str | None = None
    ) -> Decision:
        spoken: Language = language or "sq"
        match text.partition(" ")[0]:
            case "DANGER":
                return Decision("urgent", spoken, danger="violence")
            case "ANSWER":
                return Decision("answer", spoken, (Ranked(SHOWN, 0.95), Ranked("etias", 0.02)))
            case "MORE" if shown is not None:
                ranked = (Ranked(shown, 0.9), Ranked("etias", 0.1))
                return Decision("answer", spoken, ranked, goes_on_from=shown)
            case "TWO":
                ranked = (Ranked(SHOWN, 0.95), Ranked("etias", 0.9))
                return Decision("answer", spoken, ranked, second="etias")
            case "SUGGEST":
                return Decision("suggest", spoken, tuple(Ranked(id_, 0.4) for id_ in SUGGESTED))
            case "FOREIGN":
                return Decision("escalate", spoken, out_of_scope="weather")
            case "THANKS":
                return Decision("smalltalk", spoken, small_talk="thanks")
            case "BROKEN":
                raise RuntimeError("understanding failed")
            case _:
                return Decision("escalate", spoken)

    def request(self, text: str) -> str | None:
        return self.requests.recognise(text)
