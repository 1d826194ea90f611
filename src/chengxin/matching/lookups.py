"""Finding and ordering the leads of a held line. Reads only, and only for the office's review of held lines."""

from dataclasses import replace
from typing import Any

from chengxin.authority.actors import Actor
from chengxin.matching import policies, rules
from chengxin.matching.rules import Candidate, HeldLine, Lead
from chengxin.persons import lookups as persons
from chengxin.persons.rules import canonical_text


def list_leads(*, line: HeldLine, actor: Actor, limit: int = 20) -> tuple[Lead, ...]:
    """Return to whom a held line may belong, the likeliest first, each with its reasons.

    Args:
        line: The line's number and name.
        actor: The officer who reviews it.
        limit: How many at most.

    Returns:
        Leads; none when nobody is found under the number or one close to it.

    Raises:
        Refused: The actor does not review held lines (``LEAD_NOT_OFFICER``, ``LEAD_THIRD_PARTY``).
    """
    policies.may_see_leads(actor).require()
    return _ordered(rules.explain_leads(line, _candidates(line)))[:limit]


def _candidates(line: HeldLine) -> list[Candidate]:
    """Find the persons under the line's number, the close ones, and those of the same birth date and division."""
    numbers = list(
        dict.fromkeys(
            (
                canonical_text(line.number),
                *rules.close_numbers(line.number),
                *rules.numbers_of_same_birth_and_division(line.number),
            )
        )
    )
    owners = persons.list_owners(numbers)
    identities = {
        identity.person_id: identity
        for identity in persons.list_identities(dict.fromkeys(owner.person_id for owner in owners))
    }
    candidates = []
    seen: set[int] = set()
    for owner in owners:  # in the order of the numbers, so that a person is shown under their closest one
        if owner.person_id in seen:
            continue
        seen.add(owner.person_id)
        identity = identities[owner.person_id]
        number = next(
            known
            for known in (identity.number, *identity.former_numbers)
            if canonical_text(known) == numbers[owner.position]
        )
        candidates.append(
            Candidate(
                person_id=identity.person_id,
                reference=identity.reference,
                number=number,
                name=identity.name,
                former_names=tuple(period.name for period in identity.names if period.until_on is not None),
            )
        )
    return candidates


def _ordered(leads: tuple[Lead, ...]) -> tuple[Lead, ...]:
    """Order leads by Splink's match weight over what their features found; only codes of findings go into it."""
    if not leads:
        return ()
    weights = _splink_weights(leads)
    weighed = [replace(lead, weight=weights[lead.person_id]) for lead in leads]
    return tuple(sorted(weighed, key=lambda lead: (-weights[lead.person_id], lead.person_id)))


def _splink_weights(leads: tuple[Lead, ...]) -> dict[int, float]:
    """Return Splink's match weight of each lead, with the fixed probabilities of :data:`rules.LEVELS`."""
    # Splink takes two seconds to import, and only one page of the office needs it.
    import pyarrow as pa  # noqa: PLC0415
    from splink import DuckDBAPI, Linker, SettingsCreator  # noqa: PLC0415
    from splink.comparison_level_library import CustomLevel, ElseLevel  # noqa: PLC0415
    from splink.comparison_library import CustomComparison  # noqa: PLC0415

    columns = {code: f"found_{code.lower()}" for code in rules.FEATURES}
    comparisons: list[Any] = []
    for code, column in columns.items():
        *levels, last = rules.LEVELS[code]
        comparisons.append(
            CustomComparison(
                output_column_name=column,
                comparison_levels=[
                    *(
                        CustomLevel(f"\"{column}_r\" = '{level.found}'", level.found).configure(
                            m_probability=level.m, u_probability=level.u
                        )
                        for level in levels
                    ),
                    ElseLevel().configure(m_probability=last.m, u_probability=last.u),
                ],
            )
        )
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=["1=1"],
        probability_two_random_records_match=rules.PRIOR,
    )
    api = DuckDBAPI()
    line = api.register(pa.Table.from_pylist([{"unique_id": "line", **dict.fromkeys(columns.values(), "")}]))
    found = api.register(
        pa.Table.from_pylist(
            [
                {"unique_id": str(lead.person_id), **{columns[shown.code]: shown.found for shown in lead.features}}
                for lead in leads
            ]
        )
    )
    predictions = Linker([line, found], settings, log_level="ERROR").inference.predict()
    return {int(row["unique_id_r"]): float(row["match_weight"]) for row in predictions.as_record_list()}
