# Print options: NumPy's text for every option, scopes, limits; the notebook view is well-formed.
from __future__ import annotations

import threading
from html.parser import HTMLParser

import numpy as np
import pytest

import corepy as cp

OPTIONS: list[dict[str, int | bool]] = [
    {},
    {"precision": 0},
    {"precision": 3},
    {"precision": 12},
    {"suppress": True},
    {"precision": 2, "suppress": True},
    {"edgeitems": 2, "threshold": 20},
    {"edgeitems": 1, "threshold": 0},
    {"linewidth": 40},
    {"linewidth": 120, "threshold": 10_000},
]


def body(x: cp.Tensor) -> str:
    """The elements in a tensor's text."""
    text = repr(x)
    return text[len("Tensor(") : text.rindex("shape=")].rstrip().rstrip(",")


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize(
    "dtype", ["float64", "float32", "int32", "complex128", "complex64", "bool"]
)
@pytest.mark.parametrize("scale", [1.0, 1e5, 1e9, 1e-6])
def test_the_text_is_numpys(options: dict[str, int | bool], dtype: str, scale: float) -> None:
    rng = np.random.default_rng(5)
    own = {name: value for name, value in options.items() if name != "linewidth"}
    for shape in ((), (7,), (60,), (3, 40), (2, 3, 13), (2, 1, 2, 9), (1500,), (40, 50)):
        values = np.asarray(rng.standard_normal(shape) * scale)
        if dtype.startswith("complex"):
            values = values + 1j * rng.standard_normal(shape)
        with np.errstate(invalid="ignore"):  # integers out of range
            values = np.asarray(values.astype(dtype))
        width = int(options.get("linewidth", 79)) - 2
        with np.printoptions(**own):
            want = np.array2string(values, separator=", ", prefix="Tensor(", max_line_width=width)
        with cp.printoptions(**options):
            assert body(cp.asarray(values)) == want


def test_values_of_every_kind_are_numpys() -> None:
    for values in (
        [1e6, 1.0],
        [999_999.0, 1.0],
        [1e-9, np.nan],
        [np.inf, -1e-12, 3],
        [0.0, 1e-300],
    ):
        for dtype in ("float32", "float64"):
            with np.errstate(all="ignore"):
                array = np.asarray(values).astype(dtype)
            for suppress in (False, True):
                with np.printoptions(suppress=suppress), cp.printoptions(suppress=suppress):
                    assert body(cp.asarray(array)) == np.array2string(array, separator=", ")


def test_scopes() -> None:
    assert cp.get_printoptions() == (8, 1000, 3, 79, False)
    seen: list[int] = []
    with cp.printoptions(precision=2) as outer:
        assert outer.precision == cp.get_printoptions().precision == 2
        with cp.printoptions(edgeitems=5):
            assert cp.get_printoptions()[:3] == (2, 1000, 5)
        thread = threading.Thread(target=lambda: seen.append(cp.get_printoptions().precision))
        thread.start()
        thread.join()
    assert seen == [8]
    cp.set_printoptions(threshold=4)
    try:
        assert "..." in repr(cp.arange(10))
        assert cp.get_printoptions().precision == 8
    finally:
        cp.set_printoptions(threshold=1000)
    with pytest.raises(ZeroDivisionError), cp.printoptions(precision=1):
        1 / 0  # noqa: B018
    assert cp.get_printoptions().precision == 8


@pytest.mark.parametrize(
    "wrong",
    [
        {"precision": -1}, {"precision": 2.0}, {"precision": True}, {"threshold": -1},
        {"edgeitems": 0}, {"linewidth": 5}, {"linewidth": 10**9}, {"suppress": 2},
    ],
)  # fmt: skip
def test_values_out_of_range(wrong: dict[str, object]) -> None:
    before = cp.get_printoptions()
    for function in (cp.set_printoptions, lambda **options: cp.printoptions(**options).__enter__()):
        with pytest.raises(cp.SettingError, match=next(iter(wrong))):
            function(**wrong)
    assert cp.get_printoptions() == before


def test_the_backend_is_shown_where_it_is_not_our_own() -> None:
    x = cp.asarray([1.0, 2.0])
    assert "backend" not in repr(cp.exp(x))
    with cp.policy(cp.BackendPolicy.REFERENCE):
        y = cp.exp(x)
    assert repr(y).endswith("dtype=float64, backend=reference)")


class Balance(HTMLParser):
    """Fails where tags do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("shape", [(), (0,), (5,), (3, 4), (2000,), (100, 100), (2, 3, 4)])
def test_the_notebook_view_is_well_formed(shape: tuple[int, ...]) -> None:
    x = cp.exp(cp.zeros(shape))
    parser = Balance()
    parser.feed(x._repr_html_())
    parser.close()
    assert not parser.open
    assert parser.seen.count("details") == parser.seen.count("summary") == 1
    assert parser.seen.count("td") < 200
    elements = x._repr_html_().partition("<details>")[0]
    if x.ndim <= 2 and x.size > 0:
        assert elements.count("<tr>") == (1 if x.ndim < 2 else min(x.shape[0], 7))


def test_the_notebook_view_follows_the_options() -> None:
    x = cp.ones((100, 100))
    with cp.printoptions(edgeitems=1, threshold=10):
        assert x._repr_html_().partition("<details>")[0].count("<tr>") == 3
