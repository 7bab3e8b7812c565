"""Small random assignment problems for the property tests."""

import itertools

from hypothesis import strategies as st

from scoring.assignment import Problem


@st.composite
def problems(draw, sketches=4, jurors=4, *, rules=True):
    """Small problems with holes, uneven loads, one group rule, forbidden pairs and up to one locked pair."""
    n, m = draw(st.integers(1, sketches)), draw(st.integers(1, jurors))
    cells = list(itertools.product(range(n), range(m)))
    kept = [cell for cell in cells if draw(st.integers(0, 4))]
    affinity = {cell: draw(st.integers(0, 11)) / 4 for cell in kept}
    loads = {}
    for j in range(m):
        most = draw(st.integers(0, 3))
        loads[f"J{j}"] = (draw(st.integers(0, most)), most)
    groups = [("organisation", {f"J{j}": draw(st.sampled_from(["a", "b", None])) for j in range(m)}, 1)]
    demand = {f"S{i}": draw(st.integers(0, 3)) for i in range(n)}
    forbidden = [cell for cell in kept if not draw(st.integers(0, 9))] if rules else []
    lockable = [(i, j) for i, j in kept if (i, j) not in forbidden and demand[f"S{i}"] and loads[f"J{j}"][1]]
    locked = [draw(st.sampled_from(lockable))] if rules and lockable and draw(st.booleans()) else []
    return Problem.from_ids(
        [(f"S{i}", f"J{j}", value) for (i, j), value in affinity.items()],
        demand=demand,
        loads=loads,
        groups=groups if rules and draw(st.booleans()) else [],
        locked=[(f"S{i}", f"J{j}") for i, j in locked],
        forbidden=[(f"S{i}", f"J{j}") for i, j in forbidden],
    )
