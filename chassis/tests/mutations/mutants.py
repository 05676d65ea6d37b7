"""The mutants: small wrongs in the mechanism, and for each the tests that must notice it.

A mutant is made in a copy of the source, never in the tree. Where the source was changed so that
a wrong can't be put into it any more, its text here has to follow.
"""

from dataclasses import dataclass

CORE, FAULTS = "chassis/tests/core", "chassis/tests/faults"
Change = tuple[str, str]


@dataclass(frozen=True)
class Mutant:
    """Texts of one module that are replaced, each exactly once; the tests that must fail."""

    name: str
    module: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]


_EPOCH_OF_LEADER = ("WHERE epoch = $1 FOR UPDATE", "WHERE $1::bigint IS NOT NULL FOR UPDATE")
_EPOCH_OF_ADVANCE = (
    "SET published_gpos = $2 WHERE epoch = $1 AND",
    "SET published_gpos = $2 WHERE $1::bigint IS NOT NULL AND",
)
_DENSE: Change = (
    """    DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $2)
        AND EXISTS (SELECT FROM held) RETURNING id, event_id
), placed AS (
    INSERT INTO event_position
    SELECT last_gpos + row_number() OVER (ORDER BY id), event_id FROM taken, held RETURNING 1
)
UPDATE relay_state SET last_gpos = held.last_gpos + (SELECT count(*) FROM placed)
""",
    """    DELETE FROM outbox
    WHERE id IN (SELECT id FROM outbox, held WHERE id > last_gpos ORDER BY id LIMIT $2)
    RETURNING id, event_id
), placed AS (
    INSERT INTO event_position SELECT id, event_id FROM taken RETURNING gpos
)
UPDATE relay_state SET last_gpos = coalesce((SELECT max(gpos) FROM placed), held.last_gpos)
""",
)

_POSITION_FIRST: Change = (
    """            await take(tx, slices)
            await position.move(tx.raw, slices)
""",
    """            await position.move(tx.raw, slices)
        async with self._db.transaction() as tx:
            await take(tx, slices)
""",
)
_ANSWERED_FIRST: Change = (
    "        done = await self._store.append([Append(stream, version, events)], context, raw)",
    """        later = self._store.append([Append(stream, version, events)], context, raw)
        __import__("asyncio").ensure_future(later)
        return Outcome(stream=stream, version=version, state=state, events=tuple(events))""",
)

DROPS = "test_what_is_no_record.py"
MUTANTS = [
    Mutant(
        "no position compare-and-set", "consuming/position.py",
        (
            (" AND p.next_offset = m.pos AND p.epoch = m.epoch", ""),
            (' or row["epoch"] != ours.epoch or row["next_offset"] != ours.position:', ":"),
        ),
        (f"{CORE}/test_claims.py::test_a_position_that_moved_without_us_is_noticed",),
    ),
    Mutant(
        "no fencing of a consumer", "consuming/position.py",
        (
            (" AND p.epoch = m.epoch", ""),
            (' or row["epoch"] != ours.epoch', ""),
        ),
        (f"{CORE}/test_claims.py::test_a_claim_alone_is_enough_to_fence_the_one_before",),
    ),
    Mutant(
        "no fencing of a relay", "relay.py",
        (_EPOCH_OF_LEADER, _EPOCH_OF_ADVANCE),
        (f"{CORE}/test_relay.py::test_a_relay_that_was_overtaken_while_it_slept_writes_nothing",),
    ),
    Mutant(
        "effect and position in two transactions", "consuming/effect.py",
        (_POSITION_FIRST,),
        ((f"{FAULTS}/test_crashes.py::test_a_process_that_dies_there_leaves_nothing_undone_and_"
         "nothing_done_twice[consumer.effect_before_commit]"),),
    ),
    Mutant(
        "the relay reads by id > last", "relay.py", (_DENSE,),
        ((f"{CORE}/test_relay.py::test_a_transaction_that_stays_open_holds_nobody_back_and_loses_"
         "nothing"),),
    ),
    Mutant(
        "a command is acknowledged before its commit", "commands.py",
        (
            _ANSWERED_FIRST,
        ),
        (f"{CORE}/test_commands.py::test_a_command_leads_to_the_events_that_the_domain_decides",),
    ),
    Mutant(
        "the relay advances before Kafka has the records", "relay.py",
        (
            (
                "            sent: int = await self._meanwhile(self._send(",
                ("            await self._db.pool.fetchval("
                '_ADVANCE, self._epoch, rows[-1]["gpos"])\n'
                "            sent: int = await self._meanwhile(self._send("),
            ),
            (
                "await self._fenced(_ADVANCE, upto)",
                "await self._db.pool.fetchval(_ADVANCE, self._epoch, upto)",
            ),
        ),
        (f"{CORE}/test_relay.py::test_after_a_failed_send_it_goes_back_to_the_first_that_failed",),
    ),
    Mutant(
        "the relay goes on behind a failed send", "relay.py",
        (("                return number\n", "                return len(results)\n"),),
        (f"{CORE}/test_relay.py::test_after_a_failed_send_it_goes_back_to_the_first_that_failed",),
    ),
    Mutant(
        "another Kafka is taken for the one before", "relay.py",
        (('if state["cluster_id"] != found:', 'if state["cluster_id"] is None:'),),
        (f"{CORE}/test_relay.py::test_another_cluster_gets_everything_from_the_beginning",),
    ),
    Mutant(
        "what was claimed while all was shared out anew counts", "consuming/claims.py",
        (("if share == self._shares:", "if share >= 0:"),),
        ((f"{CORE}/test_watch.py::test_what_was_claimed_before_all_was_shared_out_anew_does_"
         "not_count"),),
    ),
    Mutant(
        "what came too early is looked for in one fetch alone", "consuming/dedupe.py",
        (("return early.again or any(", "return any("),),
        ((f"{CORE}/test_consumer.py::test_what_came_too_early_is_found_again_further_on_than_a_"
         "fetch_reaches"),),
    ),
    Mutant(
        "a client that sees nothing any more is let be", "consuming/consumer.py",
        (("if self.claims.watch.blind():", "if False:"),),
        ((f"{CORE}/test_watch.py::test_a_client_that_sees_nothing_ends_where_kafka_answers_"
         "others"),),
    ),
    Mutant(
        "a repetition is not known", "consuming/dedupe.py",
        (("if mark.version <= at:", "if mark.version < at:"),),
        ((f"{CORE}/test_effects.py::test_what_a_relay_repeats_has_no_second_effect_and_stops_"
         "nothing"),),
    ),
    Mutant(
        "a missing version is passed over", "consuming/dedupe.py",
        (("elif mark.version == at + 1 or lenient:", "elif mark.version > at:"),),
        (f"{CORE}/test_effects.py::test_a_missing_version_makes_the_rest_wait_until_it_comes",),
    ),
    Mutant(
        "what stands behind a failure in a fetch is handled", "consuming/consumer.py",
        (("if records[share:] and self._ends(tp, portion[tp])", "if records[share:]"),),
        (f"{CORE}/test_consumer.py::test_a_failure_in_a_portion_leaves_nothing_behind_it_out",),
    ),
    Mutant(
        "what the library drops is not fetched again", "consuming/fetching.py",
        (("            self._claims.seek(claim)\n", "            pass\n"),),
        (f"{CORE}/{DROPS}::test_what_the_library_drops_of_others_is_fetched_again",),
    ),
    Mutant(
        "numbers of the outbox are cached by sessions", "sql/0001_event_store.sql",
        (("CREATE SEQUENCE outbox_id_seq CACHE 1;", "CREATE SEQUENCE outbox_id_seq CACHE 20;"),),
        (f"{CORE}/test_store.py::test_numbers_of_the_outbox_are_handed_out_one_by_one",),
    ),
]  # fmt: skip
