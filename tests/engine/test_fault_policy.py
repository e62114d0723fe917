"""The fault policy: every status and transport fault, for each kind of request."""

import pytest

from ippoolctl.domain.antrea.messages import denied
from ippoolctl.engine.fault_policy import (
    PATTERNS,
    REACTIONS,
    FaultClass,
    Reaction,
    Verb,
    fault_class,
    reaction,
)
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
    404: {Verb.PATCH: Reaction.DECIDE_AGAIN, Verb.DELETE: Reaction.DECIDE_AGAIN},
    409: {Verb.PATCH: Reaction.DECIDE_AGAIN, Verb.DELETE: Reaction.DECIDE_AGAIN},
    410: {Verb.READ: Reaction.RELIST},
    422: {Verb.CREATE: Reaction.REFUSE, Verb.PATCH: Reaction.REFUSE},
    429: dict.fromkeys(Verb, Reaction.REPEAT),
} | {
    status: {**dict.fromkeys(WRITES, Reaction.LOOK), Verb.READ: Reaction.REPEAT}
    for status in (500, 502, 503, 504)
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", STATUSES)
def test_fault_class_of_a_status_without_a_message(status: int, verb: str) -> None:
    unexpected = Reaction.STOP
    if status >= 500 and VERBS[verb] in WRITES:
        unexpected = Reaction.LOOK_AND_STOP
    expected = BARE.get(status, {}).get(VERBS[verb], unexpected)

    assert reaction(RejectedFault(status, "no"), VERBS[verb]) is expected


@pytest.mark.parametrize("status", [each for each in STATUSES if each not in BARE])
def test_an_unknown_answer_stops_every_write(status: int) -> None:
    steps = {reaction(RejectedFault(status, ""), verb) for verb in WRITES}

    assert steps <= {Reaction.STOP, Reaction.LOOK_AND_STOP}


@pytest.mark.parametrize("status", STATUSES)
def test_a_denial_by_antrea_is_recognized_with_any_status(status: int) -> None:
    sentence = "range [10.0.0.0/25] overlaps with range [10.0.0.0/24] of ExternalIPPool a"
    fault = RejectedFault(status, denied(sentence))

    assert fault_class(fault) is FaultClass.DENIED
    assert [reaction(fault, verb) for verb in WRITES] == [
        Reaction.JUDGE,
        Reaction.JUDGE,
        Reaction.STOP,
    ]


@pytest.mark.parametrize("status", [400, 403, 422, 499])
@pytest.mark.parametrize(
    "message",
    [
        'admission webhook "policy.example.com" denied the request: no pools today',
        "ValidatingAdmissionPolicy 'x' with binding 'y' denied request: too large",
    ],
)
def test_a_denial_by_another_webhook_is_final(status: int, message: str) -> None:
    fault = RejectedFault(status, message, reason="Forbidden")

    assert reaction(fault, Verb.CREATE) is Reaction.REFUSE
    assert reaction(fault, Verb.PATCH) is Reaction.REFUSE
    assert reaction(fault, Verb.DELETE) is Reaction.STOP


def test_a_denial_message_in_a_server_error_is_not_a_denial() -> None:
    assert reaction(RejectedFault(500, "it denied the request"), Verb.CREATE) is Reaction.LOOK


TEST_FAILED = "the server rejected our request due to an error in our request"
FAILED = 'Internal error occurred: failed calling webhook "x": failed to call webhook: '
SPECIAL: list[tuple[str, Fault, FaultClass, tuple[Reaction, ...]]] = [
    (
        "refused connection", UnreachableFault("refused"), FaultClass.NOT_SENT,
        (Reaction.REPEAT,) * 4,
    ),
    (
        "no readable answer", UnansweredFault("reset"), FaultClass.UNKNOWN,
        (Reaction.LOOK, Reaction.LOOK, Reaction.LOOK, Reaction.REPEAT),
    ),
    ("untrusted", UntrustedFault("not to be trusted"), FaultClass.STOP, (Reaction.STOP,) * 4),
    ("bad kubeconfig", ConfigurationFault("bad"), FaultClass.STOP, (Reaction.STOP,) * 4),
    ("exec plugin failed", CredentialFault("failed"), FaultClass.STOP, (Reaction.STOP,) * 4),
    ("redirect", RejectedFault(302, "over there"), FaultClass.STOP, (Reaction.STOP,) * 4),
    (
        "name taken", RejectedFault(409, "exists", reason="AlreadyExists"), FaultClass.EXISTS,
        (Reaction.DECIDE_AGAIN, Reaction.STOP, Reaction.STOP, Reaction.STOP),
    ),
    (
        "precondition", RejectedFault(409, "changed", reason="Conflict"), FaultClass.CHANGED,
        (Reaction.STOP, Reaction.DECIDE_AGAIN, Reaction.DECIDE_AGAIN, Reaction.STOP),
    ),
    (
        "test of a patch", RejectedFault(422, TEST_FAILED, reason="Invalid"), FaultClass.CHANGED,
        (Reaction.STOP, Reaction.DECIDE_AGAIN, Reaction.DECIDE_AGAIN, Reaction.STOP),
    ),
    (
        "webhook down", RejectedFault(500, FAILED + "connection refused"),
        FaultClass.WEBHOOK_FAILED, (Reaction.REPEAT,) * 4,
    ),
    (
        "webhook not served",
        RejectedFault(500, FAILED + "the server could not find the requested resource"),
        FaultClass.STOP, (Reaction.STOP,) * 4,
    ),
    (
        "not found beside webhooks",
        RejectedFault(500, "the server could not find the requested resource"),
        FaultClass.UNKNOWN, (Reaction.LOOK, Reaction.LOOK, Reaction.LOOK, Reaction.REPEAT),
    ),
    (
        "asked to come later", RejectedFault(503, "busy", retry_after=0.0), FaultClass.BUSY,
        (Reaction.REPEAT,) * 4,
    ),
    (
        "revision ahead", RejectedFault(504, "Timeout: Too large resource version: 9"),
        FaultClass.AHEAD, (Reaction.LOOK, Reaction.LOOK, Reaction.LOOK, Reaction.REPEAT),
    ),
    (
        "unexpected", RejectedFault(507, "what?"), FaultClass.UNEXPECTED,
        (Reaction.LOOK_AND_STOP, Reaction.LOOK_AND_STOP, Reaction.LOOK_AND_STOP, Reaction.STOP),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "expected", "steps"),
    [each[1:] for each in SPECIAL],
    ids=[each[0].replace(" ", "-") for each in SPECIAL],
)
def test_fault_class_by_message_and_transport(
    fault: Fault, expected: FaultClass, steps: tuple[Reaction, ...]
) -> None:
    assert fault_class(fault) is expected
    assert tuple(reaction(fault, verb) for verb in Verb) == steps


def test_the_table_covers_every_fault() -> None:
    assert set(REACTIONS) == {(kind, verb) for kind in FaultClass for verb in Verb}
    assert {each.fault_class for each in PATTERNS} == set(FaultClass)
    assert fault_class(Fault("whatever comes later")) is FaultClass.STOP
