# The standard's linalg namespace, and NumPy's functions beside it. Nothing is implemented here:
# declarations are in ops/linalg/, NumPy's functions in numpy_names/.
"""Linear algebra, as the array API standard names it.

``cond lstsq multi_dot norm`` are NumPy's, written in Python and imported on first use;
``LinAlgError`` is NumPy's name of ``corepy.LinalgError``.

>>> import corepy as cp
>>> cp.linalg.matmul is cp.matmul
True
"""

from __future__ import annotations

from .errors import LinalgError as LinAlgError
from .lazy_names import make_loader
from .ops.linalg import cholesky as cholesky
from .ops.linalg import cross as cross
from .ops.linalg import det as det
from .ops.linalg import diagonal as diagonal
from .ops.linalg import eig as eig
from .ops.linalg import eigh as eigh
from .ops.linalg import eigvals as eigvals
from .ops.linalg import eigvalsh as eigvalsh
from .ops.linalg import inv as inv
from .ops.linalg import matmul as matmul
from .ops.linalg import matrix_norm as matrix_norm
from .ops.linalg import matrix_power as matrix_power
from .ops.linalg import matrix_rank as matrix_rank
from .ops.linalg import matrix_transpose as matrix_transpose
from .ops.linalg import outer as outer
from .ops.linalg import pinv as pinv
from .ops.linalg import qr as qr
from .ops.linalg import slogdet as slogdet
from .ops.linalg import solve as solve
from .ops.linalg import svd as svd
from .ops.linalg import svdvals as svdvals
from .ops.linalg import tensordot as tensordot
from .ops.linalg import trace as trace
from .ops.linalg import vecdot as vecdot
from .ops.linalg import vector_norm as vector_norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .numpy_names.least_squares import lstsq as lstsq
    from .numpy_names.matrices import cond as cond
    from .numpy_names.matrices import multi_dot as multi_dot
    from .numpy_names.matrices import norm as norm

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]

#: By name, the module that has it.
_LAZY = {
    "cond": "numpy_names.matrices",
    "lstsq": "numpy_names.least_squares",
    "multi_dot": "numpy_names.matrices",
    "norm": "numpy_names.matrices",
}


if not TYPE_CHECKING:  # type checkers take what is imported above
    __getattr__ = make_loader(__name__, _LAZY, globals())

    def __dir__() -> list[str]:
        return sorted(__all__)
