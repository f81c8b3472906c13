"""Linear equations with a large symmetric matrix, solved in the matrix's own memory.

numpy's `solve` turns single into double precision and copies it: for 4,000 phrases 250 MB on top of
60, and three times as long. This is Cholesky's way, block by block.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_BLOCK = 256


def solve_symmetric(matrix: Floats, wanted: Floats) -> Floats:
    """What `matrix`, symmetric and positive definite, makes `wanted` of, column by column.

    `matrix` is used up. Raises numpy.linalg.LinAlgError where it is not positive definite.
    """
    starts = range(0, len(matrix), _BLOCK)
    for start in starts:
        _factor(matrix, start)
    solution = wanted.copy()
    for start in starts:
        _forward(matrix, solution, start)
    for start in reversed(starts):
        _back(matrix, solution, start)
    return solution


def _factor(matrix: Floats, start: int) -> None:
    """Turn one block of columns into that of the lower triangular factor."""
    block, below = slice(start, start + _BLOCK), slice(start + _BLOCK, None)
    matrix[start:, block] -= matrix[start:, :start] @ matrix[block, :start].T
    factor = np.linalg.cholesky(matrix[block, block])
    matrix[block, block] = factor
    matrix[below, block] = np.linalg.solve(factor, matrix[below, block].T).T


def _forward(factor: Floats, solution: Floats, start: int) -> None:
    block = slice(start, start + _BLOCK)
    rest = solution[block] - factor[block, :start] @ solution[:start]
    solution[block] = np.linalg.solve(factor[block, block], rest)


def _back(factor: Floats, solution: Floats, start: int) -> None:
    block, below = slice(start, start + _BLOCK), slice(start + _BLOCK, None)
    rest = solution[block] - factor[below, block].T @ solution[below]
    solution[block] = np.linalg.solve(factor[block, block].T, rest)
