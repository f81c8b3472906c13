"""Every text that the program says, with what it fills in: content without one cannot be used."""

from collections.abc import Mapping

from bot.channels.telegram_group.wording import texts_needed as texts_of_the_group
from bot.channels.web_files import texts_needed
from bot.console.picker import CANNED, LABEL
from bot.console.wording import texts_needed as texts_of_the_console
from handlers.moments import texts_needed as texts_of_moments
from knowledge_base.model import DANGER_KINDS

SAID = (
    *("greeting", "greeting_again", "greeting_line", "help", "unknown_command", "unreadable"),
    "only_alone",
    *("suggest", "suggest_and_handed_over", "two_questions"),
    *("not_understood", "not_understood_added"),
    *("handed_over", "handed_over_none", "handed_over_second", "handed_over_empty"),
    *("handed_over_already", "promise_unknown", "no_person_here", "no_then", "nothing_was_asked"),
    *("team_away", "case_closed", "case_helped", "case_not_yet", "same_matter", "words_added"),
    *("case_goes_on", "case_goes_on_empty", "late_unknown"),
    *("passed_on", "case_cancelled", "case_solved", "no_case", "added_to_case", "what_to_add"),
    *("bot_again", "staff_again", "topics", "topic_gone", "entry_gone", "helped", "not_helped"),
    *("language_name", "language_set", "which_language"),
    *("delete_really", "deleted", "deleted_but_urgent", "not_deleted"),
    *("operator_unknown", "legal_basis_unknown", "apology", "apology_handed_over"),
    *("danger_ticket", "danger_again", "danger_cancelled"),
    "viber_sender",
    *("telegram_description", "telegram_short_description"),
    *("telegram_command_topics", "telegram_command_person", "telegram_command_news"),
    *("telegram_command_cancel", "telegram_command_language", "telegram_command_mydata"),
    *("telegram_command_deletemydata", "telegram_command_help"),
)
"""Without anything to fill in."""
FILLED = {
    "source_dated": {"title", "url", "date"},
    "source_undated": {"title", "url"},
    "checked_by": {"by", "date"},
    "also_asked": {"question"},
    "in_the_answer_above": {"label"},
    "promise": {"reply_time"},
    "promise_by": {"when"},
    "team_at_work": {"time"},
    "team_back": {"when"},
    "late": {"when"},
    "danger_team_away": {"phones"},
    "staff_mail_subject": {"name"},
    "staff_mail_text": {"name", "number", "danger", "minutes", "link"},
    "news_waiting": {"since"},
    "news_with_staff": {"since"},
    "topic": {"topic"},
    "my_data": {"messages", "since", "tickets"},
    "operator": {"operator"},
    "legal_basis": {"legal_basis"},
}
BUTTONS = (
    *("topics", "more", "person", "none", "cancel", "solved", "news", "add", "bot", "staff"),
    *("helpful_yes", "helpful_no", "other_language", "mydata", "deletemydata"),
    *("delete_yes", "delete_no", "case_helped", "case_notyet", "same_yes", "same_no"),
    "viber_person",
)


def needed_texts() -> Mapping[str, frozenset[str]]:
    """Key, or a pattern such as "small_talk_*" → the placeholders that the program fills."""
    plain = [
        *SAID,
        *(f"button_{name}" for name in BUTTONS),
        *(f"danger_{kind}" for kind in DANGER_KINDS),
        # What is recognised is content too, and says which of these there must be.
        *("small_talk_*", "out_of_scope_*"),
        # What is ready to be inserted is the content team's as well, and so are its names.
        *(f"{beginning}*" for beginning in (CANNED, LABEL)),
        # Rows and columns of tables, beside what their template names.
        "console_figures_*",
        *texts_needed(),
    ]
    filled = {key: frozenset(names) for key, names in FILLED.items()}
    return {
        **dict.fromkeys(plain, frozenset()),
        **filled,
        **texts_of_the_group(),
        **texts_of_the_console(),
        **texts_of_moments(),
    }
