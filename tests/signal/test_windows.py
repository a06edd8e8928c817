# Tests of the windows that taper: against multiple precision, within their bounds.
from __future__ import annotations

import mpmath
import numpy as np
import pytest

import corepy as cp
from corepy.testing import assert_bitwise_equal

U = np.finfo(float).eps / 2
COUNTS = [0, 1, 2, 3, 4, 5, 8, 51, 257, 1000]


def cosines(*factors):
    def value(n, count):
        t = 2 * mpmath.pi * n / (count - 1)
        return sum(mpmath.mpf(f) * (-1) ** j * mpmath.cos(j * t) for j, f in enumerate(factors))

    return value


#: name: its exact value at place n of a count, and the bound of the absolute error in u.
WINDOWS = {
    "hanning": (cosines("0.5", "0.5"), 5),
    "hamming": (cosines("0.54", "0.46"), 5),
    "blackman": (cosines("0.42", "0.5", "0.08"), 6),
    "bartlett": (lambda n, count: 2 * mpmath.mpf(min(n, count - 1 - n)) / (count - 1), 1),
}


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name", WINDOWS)
def test_windows_are_within_their_bounds(name, count):
    found = np.asarray(getattr(cp, name)(count))
    assert found.dtype == np.float64
    assert found.shape == (count,)
    if count == 1:
        assert found.tolist() == [1.0]
        return
    value, bound = WINDOWS[name]
    with mpmath.workprec(150):
        for n, own in enumerate(found):
            assert abs(mpmath.mpf(float(own)) - value(n, count)) <= bound * U, n
    assert_bitwise_equal(found, found[::-1])


@pytest.mark.parametrize("beta", [0.0, 0.5, 2.5, 8.6, 14.0, -14.0, 60.0, 300.0, 700.0])
@pytest.mark.parametrize("count", [1, 2, 5, 8, 51])
def test_the_kaiser_window_is_within_its_bound(count, beta):
    found = np.asarray(cp.kaiser(count, beta))
    if count == 1:
        assert found.tolist() == [1.0]
        return
    with mpmath.workprec(300):
        for n, own in enumerate(found):
            place = mpmath.mpf(2 * n) / (count - 1) - 1
            x = beta * mpmath.sqrt(1 - place * place)
            exact = mpmath.besseli(0, x) / mpmath.besseli(0, beta)
            error = abs(mpmath.mpf(float(own)) - exact)
            assert error <= (6 * abs(beta) + 20) * U * exact, n
    assert_bitwise_equal(found, found[::-1])


def test_no_samples_and_ends():
    for name in ("bartlett", "blackman", "hamming", "hanning"):
        assert getattr(cp, name)(-3).shape == (0,)
    assert cp.kaiser(0, 2.0).shape == (0,)
    assert cp.kaiser(4, 0.0).tolist() == [1.0] * 4
    for name in ("bartlett", "hanning"):
        assert getattr(cp, name)(6)[0].item() == 0
    assert cp.hanning(np.int64(3)).tolist() == [0.0, 1.0, 0.0]


def test_blocks_have_the_bits_of_the_whole():
    """Long windows, block by block, at the places that half as many samples have too."""
    for name in (*WINDOWS, "kaiser"):
        options = (9.0,) if name == "kaiser" else ()
        long, short = (getattr(cp, name)(count, *options) for count in (600_001, 300_001))
        np.testing.assert_allclose(np.asarray(long[::2]), np.asarray(short), rtol=0, atol=12 * U)
        assert_bitwise_equal(long, cp.flip(long))


@pytest.mark.parametrize(
    ("error", "call", "words"),
    [
        (cp.ArgumentTypeError, lambda: cp.hanning(2.5), "hanning: M"),
        (cp.ArgumentTypeError, lambda: cp.bartlett("5"), "bartlett: M"),
        (cp.ArgumentError, lambda: cp.blackman(2**70), "blackman: M .*got 1180591620717411303424"),
        (cp.ArgumentError, lambda: cp.hanning(2**60), "hanning: M .*got 1152921504606846976"),
        (cp.ArgumentError, lambda: cp.bartlett(2**62), "bartlett: M .*got 4611686018427387904"),
        (cp.ArgumentError, lambda: cp.kaiser(2**62, 1), "kaiser: M .*got 4611686018427387904"),
        (cp.ArgumentError, lambda: cp.kaiser(5, 701), "kaiser: beta"),
        (cp.ArgumentError, lambda: cp.kaiser(5, np.nan), "kaiser: beta"),
        (cp.ArgumentTypeError, lambda: cp.kaiser(5, "x"), "kaiser: beta"),
    ],
)
def test_wrong_arguments(error, call, words):
    with pytest.raises(error, match=f"^{words}"):
        call()
