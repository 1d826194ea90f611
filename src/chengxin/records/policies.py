"""Who may open a file: facts about this very file in, Permit or Refusal out."""

from dataclasses import dataclass

from chengxin.authority.actors import Actor, ActorKind
from chengxin.authority.decisions import LegalBasis, Permit, Refusal

OWN_FILE = LegalBasis(code="PIPL-45", title="中华人民共和国个人信息保护法", article="第四十五条", verified=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStanding:
    """How the actor stands to the file.

    Attributes:
        is_the_person: The login is bound to this very person.
        is_represented: The person is who the actor, a guardian or agent, acts for under a mandate in force.
    """

    is_the_person: bool
    is_represented: bool = False


def may_open_file(actor: Actor, standing: FileStanding) -> Permit | Refusal:
    """Only the person opens the own file, or who acts for them; others read by authorisations and inquiries."""
    if actor.kind is ActorKind.PERSON and standing.is_the_person:
        return Permit(code="OWN_FILE", basis=OWN_FILE)
    if actor.kind is ActorKind.PERSON and standing.is_represented and actor.mandate is not None:
        return Permit(code="FILE_OF_REPRESENTED", basis=OWN_FILE)
    return Refusal(code="NOT_YOUR_FILE", basis=OWN_FILE, details={})
