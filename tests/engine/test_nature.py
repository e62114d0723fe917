"""The table of decisions: every status and fault of the transport, for each kind of request."""

import pytest

from ippoolctl.domain.antrea.messages import denied
from ippoolctl.engine.nature import DECISIONS, SIGNS, Nature, Step, Verb, nature, step_after
from ippoolctl.ports.faults import (
    ConfigurationFault,
    CredentialFault,
    Fault,
    RejectedFault,
    UnansweredFault,
    UnreachableFault,
    UntrustedFault,
)

VERBS = {
    "create": Verb.CREATE,
    "patch": Verb.PATCH,
    "delete": Verb.DELETE,
    "get": Verb.READ,
    "list": Verb.READ,
}
WRITES = (Verb.CREATE, Verb.PATCH, Verb.DELETE)
STATUSES = range(400, 600)

# What docs say of a status that comes with no words at all; the rest stops.
BARE = {
    404: {Verb.PATCH: Step.DECIDE_AGAIN, Verb.DELETE: Step.DECIDE_AGAIN},
    409: {Verb.PATCH: Step.DECIDE_AGAIN, Verb.DELETE: Step.DECIDE_AGAIN},
    410: {Verb.READ: Step.RELIST},
    422: {Verb.CREATE: Step.REFUSE, Verb.PATCH: Step.REFUSE},
    429: dict.fromkeys(Verb, Step.REPEAT),
} | {
    status: {**dict.fromkeys(WRITES, Step.LOOK), Verb.READ: Step.REPEAT}
    for status in (500, 502, 503, 504)
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", STATUSES)
def test_a_status_without_words(status: int, verb: str) -> None:
    unforeseen = Step.STOP
    if status >= 500 and VERBS[verb] in WRITES:
        unforeseen = Step.LOOK_AND_STOP
    expected = BARE.get(status, {}).get(VERBS[verb], unforeseen)

    assert step_after(RejectedFault(status, "no"), VERBS[verb]) is expected


@pytest.mark.parametrize("status", [each for each in STATUSES if each not in BARE])
def test_an_unknown_answer_stops_every_write(status: int) -> None:
    steps = {step_after(RejectedFault(status, ""), verb) for verb in WRITES}

    assert steps <= {Step.STOP, Step.LOOK_AND_STOP}


@pytest.mark.parametrize("status", STATUSES)
def test_a_denial_by_antrea_is_known_by_its_words_whatever_the_status(status: int) -> None:
    sentence = "range [10.0.0.0/25] overlaps with range [10.0.0.0/24] of ExternalIPPool a"
    fault = RejectedFault(status, denied(sentence))

    assert nature(fault) is Nature.DENIED
    assert [step_after(fault, verb) for verb in WRITES] == [Step.JUDGE, Step.JUDGE, Step.STOP]


@pytest.mark.parametrize("status", [400, 403, 422])
@pytest.mark.parametrize(
    "message",
    [
        'admission webhook "policy.example.com" denied the request: no pools today',
        "ValidatingAdmissionPolicy 'x' with binding 'y' denied request: too large",
    ],
)
def test_a_denial_by_another_is_final(status: int, message: str) -> None:
    fault = RejectedFault(status, message, reason="Forbidden")

    assert step_after(fault, Verb.CREATE) is Step.REFUSE
    assert step_after(fault, Verb.PATCH) is Step.REFUSE
    assert step_after(fault, Verb.DELETE) is Step.STOP


def test_words_of_a_denial_in_a_server_error_prove_nothing() -> None:
    assert step_after(RejectedFault(500, "it denied the request"), Verb.CREATE) is Step.LOOK


TEST_FAILED = "the server rejected our request due to an error in our request"
FAILED = 'Internal error occurred: failed calling webhook "x": failed to call webhook: '
SPECIAL: list[tuple[str, Fault, Nature, tuple[Step, Step, Step, Step]]] = [
    ("refused connection", UnreachableFault("refused"), Nature.NOT_SENT, (Step.REPEAT,) * 4),
    (
        "no readable answer", UnansweredFault("reset"), Nature.UNKNOWN,
        (Step.LOOK, Step.LOOK, Step.LOOK, Step.REPEAT),
    ),
    ("untrusted", UntrustedFault("not to be trusted"), Nature.STOP, (Step.STOP,) * 4),
    ("bad kubeconfig", ConfigurationFault("bad"), Nature.STOP, (Step.STOP,) * 4),
    ("exec plugin failed", CredentialFault("failed"), Nature.STOP, (Step.STOP,) * 4),
    ("redirect", RejectedFault(302, "over there"), Nature.STOP, (Step.STOP,) * 4),
    (
        "name taken", RejectedFault(409, "exists", reason="AlreadyExists"), Nature.EXISTS,
        (Step.DECIDE_AGAIN, Step.STOP, Step.STOP, Step.STOP),
    ),
    (
        "precondition", RejectedFault(409, "changed", reason="Conflict"), Nature.CHANGED,
        (Step.STOP, Step.DECIDE_AGAIN, Step.DECIDE_AGAIN, Step.STOP),
    ),
    (
        "test of a patch", RejectedFault(422, TEST_FAILED, reason="Invalid"), Nature.CHANGED,
        (Step.STOP, Step.DECIDE_AGAIN, Step.DECIDE_AGAIN, Step.STOP),
    ),
    (
        "webhook down", RejectedFault(500, FAILED + "connection refused"), Nature.WEBHOOK_FAILED,
        (Step.REPEAT,) * 4,
    ),
    (
        "webhook not served",
        RejectedFault(500, FAILED + "the server could not find the requested resource"),
        Nature.STOP, (Step.STOP,) * 4,
    ),
    (
        "asked to come later", RejectedFault(503, "busy", retry_after=0.0), Nature.BUSY,
        (Step.REPEAT,) * 4,
    ),
    (
        "revision ahead", RejectedFault(504, "Timeout: Too large resource version: 9"),
        Nature.AHEAD, (Step.LOOK, Step.LOOK, Step.LOOK, Step.REPEAT),
    ),
    (
        "unforeseen", RejectedFault(507, "what?"), Nature.STRANGE,
        (Step.LOOK_AND_STOP, Step.LOOK_AND_STOP, Step.LOOK_AND_STOP, Step.STOP),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "expected", "steps"),
    [each[1:] for each in SPECIAL],
    ids=[each[0].replace(" ", "-") for each in SPECIAL],
)
def test_what_words_and_transport_say(
    fault: Fault, expected: Nature, steps: tuple[Step, ...]
) -> None:
    assert nature(fault) is expected
    assert tuple(step_after(fault, verb) for verb in Verb) == steps


def test_the_table_is_whole() -> None:
    assert set(DECISIONS) == {(kind, verb) for kind in Nature for verb in Verb}
    assert {each.nature for each in SIGNS} == set(Nature)
    assert nature(Fault("whatever comes later")) is Nature.STOP
