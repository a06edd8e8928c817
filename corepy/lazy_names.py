# Where the public names live that are imported on first use. What they are is in their modules; the
# names that come with ``import corepy`` are in corepy/__init__.py.
"""The public functions that are written in Python, by module: ``import corepy`` loads none."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MODULES", "SUBMODULES", "make_loader"]

#: The names that each module contributes to ``corepy``; all of its ``__all__`` (a test compares).
MODULES = {
    module: tuple(names.split())
    for module, names in {
        "backend.dispatch_log": "DispatchLog",
        "backend.explain": "DispatchRecord explain explain_last_dispatch record_dispatches",
        "backend.policies": "BackendPolicy",
        "io": """
            load load_npz load_safetensors read_safetensors_metadata save save_npz save_safetensors
            savez savez_compressed
        """,
        "print_options": "PrintOptions get_printoptions printoptions set_printoptions",
        "runtime_info": "RuntimeInfo show_runtime",
        "statistics.quantiles": """
            median nanmedian nanpercentile nanquantile percentile quantile
        """,
        "statistics.ignoring_nan": """
            nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmin nanprod nanstd nansum
            nanvar
        """,
        "statistics.histograms": """
            bincount digitize histogram histogram2d histogram_bin_edges
        """,
        "statistics.correlation": "average corrcoef cov ptp",
        "signal.padding": "pad",
        "signal.convolution": "convolve correlate",
        "signal.samples": "ediff1d gradient interp trapezoid unwrap",
        "signal.polynomials": "polyadd polyder polyint polymul polyval vander",
        "signal.fits": "polyfit roots",
        "signal.windows": "bartlett blackman hamming hanning kaiser",
        "numpy_names.aliases": """
            absolute amax amin arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_not
            bool_ byte cdouble concatenate conjugate csingle double fabs fix half int_ intc intp
            invert left_shift longlong mod power right_shift rint short single true_divide ubyte
            uint uintc uintp ulonglong ushort
        """,
        "numpy_names.shapes": """
            atleast_1d atleast_2d atleast_3d fliplr flipud ndim ravel rot90 shape size swapaxes
            transpose
        """,
        "numpy_names.joining": """
            append array_split block c_ column_stack dstack hsplit hstack r_ split vsplit vstack
        """,
        "numpy_names.contractions": "einsum",
        "numpy_names.products": "dot inner kron vdot",
        "numpy_names.editing": "delete insert trim_zeros",
        "numpy_names.elements": "angle cbrt divmod fmod select sinc",
        "numpy_names.iteration": "ndenumerate ndindex",
        "numpy_names.kinds": """
            array_equiv iscomplex iscomplexobj isreal isrealobj isscalar
        """,
        "numpy_names.orders": "argpartition lexsort partition",
        "numpy_names.reading": "frombuffer fromiter",
        "numpy_names.sets": "intersect1d setdiff1d setxor1d union1d unique",
        "numpy_names.creation": """
            array asanyarray ascontiguousarray diag fromfunction geomspace identity indices ix_
            logspace mgrid ndarray ogrid tri
        """,
        "numpy_names.values": """
            allclose around array_equal cumprod cumsum deg2rad degrees exp2 fmax fmin isclose
            nan_to_num rad2deg radians
        """,
        "numpy_names.positions": """
            argwhere diag_indices flatnonzero put ravel_multi_index tril_indices triu_indices
            unravel_index
        """,
    }.items()
}
#: Modules of the package that are public and imported on first use.
SUBMODULES = ("io", "random", "testing")


def make_loader(
    module: str,
    homes: dict[str, str],
    namespace: dict[str, object],
    submodules: tuple[str, ...] = (),
) -> Callable[[str], object]:
    """A module's ``__getattr__``: imports a name's home, inside ``corepy``, and keeps the value.

    >>> import corepy
    >>> load = make_loader("corepy.linalg", {"norm": "numpy_names.matrices"}, {})
    >>> load("norm") is corepy.linalg.norm
    True
    """

    def load(name: str) -> object:
        from importlib import import_module

        if name in submodules:
            return import_module(f"{module}.{name}")
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"corepy.{home}"), name)
        namespace[name] = value
        return value

    return load
