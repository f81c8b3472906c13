"""Large symmetric equations: solved in place, and rightly."""

import numpy as np
import pytest

from knowledge_base.learning.solving import solve_symmetric


@pytest.mark.parametrize("size", [0, 1, 5, 256, 257, 700])
def test_the_solution_is_numpys(size: int) -> None:
    """Whatever the size, the same as numpy's solver in double precision says."""
    random = np.random.default_rng(size)
    vectors = random.normal(size=(size, 40)) / 6
    matrix = vectors @ vectors.T + 0.3 * np.eye(size)
    wanted = random.normal(size=(size, 7))
    found = solve_symmetric(matrix.astype(np.float32), wanted.astype(np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.linalg.solve(matrix, wanted), atol=2e-4)


def test_what_is_not_positive_is_refused() -> None:
    """A matrix that no similarities can have made is an error, not nonsense."""
    with pytest.raises(np.linalg.LinAlgError):
        solve_symmetric(-np.eye(3, dtype=np.float32), np.ones((3, 1), np.float32))
