# The standard's linalg namespace. Nothing is implemented here: declarations are in ops/linalg.py.
"""Linear algebra, as the array API standard names it.

>>> import corepy as cp
>>> cp.linalg.matmul is cp.matmul
True
"""

from __future__ import annotations

from .ops.linalg import matmul as matmul
from .ops.linalg import matrix_transpose as matrix_transpose
from .ops.linalg import tensordot as tensordot
from .ops.linalg import vecdot as vecdot
from .ops.linalg import vector_norm as vector_norm

__all__ = ["matmul", "matrix_transpose", "tensordot", "vecdot", "vector_norm"]
