"""What can go wrong with the store.

StoreError
├── StoreRefused     the store cannot be used as it is set up: one sentence for who runs Udha
├── StoreAway        the database cannot be reached or written right now: try again
├── Unreadable       what is kept was damaged, or written by a version that is no more
├── LeaseLost        the message was given to somebody else meanwhile
├── NoSuchTicket     no ticket has this number
├── NameTaken        somebody of staff has this name
├── NoSuchMember     nobody of staff is that
├── LastAdmin        nobody else could look after the accounts
├── NotOnePerson     the two cases are not one person's, or are one already
├── NewerTicketIsOpen   one ticket of a person is open at a time, and another is
└── TicketIsClosed   nothing can be added any more
    └── PersonGone   the person deleted everything: there is no address to write to
"""


class StoreError(Exception):
    """Any of these."""


class StoreRefused(StoreError):
    """The store cannot be used as it is set up. Its text is one clear sentence."""


class StoreAway(StoreError):
    """The database cannot be reached or written right now; nothing of the operation was kept.

    Its text is the name of what happened, such as SQLITE_BUSY.
    """


class Unreadable(StoreError):
    """What is kept was damaged, or written by a version that is no more."""


class LeaseLost(StoreError):
    """The message was given to somebody else, or is done: what handling led to was not kept."""


class NoSuchTicket(StoreError):
    """No ticket has this number."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(f"There is no ticket {ticket_id}.")


class NameTaken(StoreError):
    """Somebody of staff has this name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f'Somebody of staff is called "{name}" already.')


class NoSuchMember(StoreError):
    """Nobody of staff has this number, or this name."""

    def __init__(self, name: str = "that") -> None:
        super().__init__(f'Nobody of staff is called "{name}".')


class LastAdmin(StoreError):
    """Nobody would be left who can sign in and look after the accounts."""

    def __init__(self) -> None:
        super().__init__("This is the last admin. Make somebody else an admin first.")


class NotOnePerson(StoreError):
    """Two tickets cannot become one: they are not one person's, or are one already."""

    def __init__(self, ticket_id: int, other_id: int) -> None:
        super().__init__(f"Tickets {ticket_id} and {other_id} are not two of one person's.")


class NewerTicketIsOpen(StoreError):
    """The person has another open ticket: the closed one stays closed."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(f"The person of ticket {ticket_id} has a newer one that is open.")


class TicketIsClosed(StoreError):
    """Nothing can be added to the ticket any more."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(f"Ticket {ticket_id} is closed.")


class PersonGone(TicketIsClosed):
    """The person deleted everything; only the shell of an urgent ticket is left."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(ticket_id)
        self.args = (f"The person behind ticket {ticket_id} has deleted everything.",)
