"""Scopes to explore: small ones in every run of the tests, larger ones on request."""

from typing import Final

from tests.model.moment import Budget, Scope
from tests.model.runs import Plan
from tests.model.world import Obj

A: Final = Plan("create", "a", "A", ((0,),))
B: Final = Plan("create", "b", "B", ((0,),))
C: Final = Plan("create", "c", "C", ((0, 1),))
J: Final = Plan("create", "j", "J", ((0,), (1,)))
K: Final = Plan("create", "k", "K", ((1,), (0,)))
E: Final = Plan("extend", "e", "E", ((0,),))
F: Final = Plan("extend", "e", "F", ((1,),))
G: Final = Plan("extend", "g", "G", ((0,),))
L: Final = Plan("extend", "e", "L", ((0,), (1,)))
M: Final = Plan("extend", "g", "M", ((1,), (0,)))
POOL_E: Final = Obj("e", 0, (5,))
POOL_G: Final = Obj("g", 1, (6,))

EACH: Final = Budget(silences=1, kills=1, stops=1)

SMALL: Final = {
    "two creates": Scope((A, B), EACH, denials=True),
    "two creates, finalizers, a foreign pool": Scope(
        (A, B), Budget(silences=1, stops=1, foreign=1), denials=True, finalizers=True
    ),
    "two creates, pools in use": Scope((A, B), Budget(silences=1, stops=1, uses=1)),
    "two creates, run again at once": Scope(
        (A, B), Budget(silences=1, kills=1), denials=True, prompt=True
    ),
    "three creates": Scope((A, B, C), Budget(stops=1, kills=1), denials=True),
    "a twin and a rival": Scope((A, A, B), Budget(silences=1, stops=1)),
    "a twin, a pool deleted and restored": Scope(
        (A, A), Budget(stops=1, foreign=1, removals=1, restores=1)
    ),
    "an extension and a create": Scope((E, B), EACH, objects=(POOL_E,), denials=True),
    "an extension and a foreign pool": Scope(
        (E, B), Budget(silences=1, stops=1, foreign=1), objects=(POOL_E,), denials=True
    ),
    "an extension of a pool that is deleted": Scope(
        (E, B), Budget(silences=1, removals=1, restores=1), objects=(POOL_E,)
    ),
    "an extension of a pool that is held": Scope(
        (E, E), Budget(removals=1, stops=1), objects=(POOL_E,), finalizers=True
    ),
    "an extension of a pool that is being created": Scope(
        (Plan("create", "e", "X", ((5,),)), Plan("create", "y", "Y", ((5,),)), E), Budget(stops=1)
    ),
    "two extensions of one range": Scope((E, G), EACH, objects=(POOL_E, POOL_G), denials=True),
    "two extensions of one pool": Scope((E, F), EACH, objects=(POOL_E,), denials=True),
    "a twin of an extension and a create": Scope(
        (E, E, B), Budget(silences=1, stops=1), objects=(POOL_E,)
    ),
    "two creates, forgotten revisions": Scope((A, B), EACH, denials=True, expiry=True),
    "a twin, forgotten revisions": Scope((A, A), Budget(stops=1, foreign=1), expiry=True),
    "an extension and a create, forgotten revisions": Scope(
        (E, B), Budget(silences=1, stops=1), objects=(POOL_E,), denials=True, expiry=True
    ),
    "an extension of a pool that cannot change": Scope(
        (E, B), Budget(stops=1, foreign=1, kills=1), (POOL_E,), foreign=(5,), denials=True
    ),
    "two that choose": Scope((J, K), Budget(silences=1, stops=1), denials=True),
    "two that choose, and a create": Scope((J, K, B), Budget(stops=1)),
    "one that chooses beside a dead one": Scope((J, B), Budget(kills=1), dead=frozenset({1})),
    "one that chooses, an extension": Scope(
        (J, E), Budget(silences=1, stops=1), objects=(POOL_E,), denials=True
    ),
    "a growing pool and a create": Scope((L, B), Budget(stops=1), objects=(POOL_E,), denials=True),
    "a growing pool, run again at once": Scope(
        (L, B), Budget(silences=1, kills=1), objects=(POOL_E,), prompt=True
    ),
    "twins that grow one pool": Scope((L, L), Budget(silences=1, kills=1), objects=(POOL_E,)),
    "two growing pools": Scope((L, M), Budget(stops=1), objects=(POOL_E, POOL_G)),
}

LARGE: Final = {
    "a growing pool and a create, everything": Scope((L, B), EACH, objects=(POOL_E,), denials=True),
    "two growing pools, everything": Scope((L, M), EACH, objects=(POOL_E, POOL_G), denials=True),
    "a twin and a rival, forgotten revisions": Scope((A, A, B), Budget(stops=1), expiry=True),
    "one that chooses, an extension, everything": Scope(
        (J, E), EACH, objects=(POOL_E,), denials=True, expiry=True
    ),
    "two creates, pools in use, everything": Scope(
        (A, B), EACH._replace(uses=1), denials=True, expiry=True
    ),
    "an extension and a foreign pool, everything": Scope(
        (E, B), EACH._replace(foreign=1), objects=(POOL_E,), denials=True, expiry=True
    ),
    "two creates, forgotten revisions, everything": Scope(
        (A, B), EACH._replace(foreign=1), denials=True, expiry=True
    ),
    "an extension of a pool that cannot change, everything": Scope(
        (E, B), EACH._replace(foreign=1), (POOL_E,), foreign=(5,), denials=True, expiry=True
    ),
    "three creates, everything": Scope((A, B, C), EACH, denials=True),
    "a twin and a rival, everything": Scope((A, A, B), EACH, denials=True),
    "two creates, two silences": Scope(
        (A, B), Budget(silences=2, kills=1, stops=1, foreign=1), denials=True
    ),
    "two creates, two kills, use, finalizers": Scope(
        (A, B), Budget(silences=1, kills=2, stops=1, uses=1), finalizers=True
    ),
    "a twin of an extension and a create, everything": Scope(
        (E, E, B), EACH, objects=(POOL_E,), denials=True
    ),
    "two extensions of one range, a create": Scope(
        (E, G, B), Budget(silences=1, stops=1), objects=(POOL_E, POOL_G), denials=True
    ),
    "two extensions of one pool, a create": Scope(
        (E, F, B), Budget(silences=1, kills=1), objects=(POOL_E,), denials=True
    ),
    "two that choose, and an extension": Scope(
        (J, K, E), Budget(silences=1, stops=1), objects=(POOL_E,)
    ),
}
