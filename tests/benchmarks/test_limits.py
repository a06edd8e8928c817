# benchmarks/limits.py, scaling.py, roofline.py: that the probe does its work, and what is drawn.
from __future__ import annotations

import xml.etree.ElementTree

import pytest
from cases import Case, Ceiling, Limit, Operand, Work, list_cases
from limits import Buffer, Probe, compile_probe, make_limit_loop, make_shared_loops
from measure import QUICK, Timing
from peers import load_libraries
from results import Result, RunReport
from roofline import Box, draw_roofline, list_points, shorten
from scaling import list_scaling_cases, make_thread_loops

CEILINGS = {case.ceiling.stream: case for case in list_cases() if case.ceiling is not None}


@pytest.fixture(scope="module")
def probe() -> Probe:
    return compile_probe("baseline")


def test_probe_writes_the_sum_of_what_it_reads(probe: Probe) -> None:
    import numpy as np

    buffers = tuple(Buffer(4096) for _ in range(4))
    a, b, mask, out = (
        np.ctypeslib.as_array(
            (np.ctypeslib.ctypes.c_int64 * 512).from_address(buffer.address.value)
        )
        for buffer in buffers
    )
    a[:], b[:], mask[:], out[:] = 5, 6, 0, 0
    probe.stream((1, 0, 1), buffers, 4096 // probe.vector_bytes)
    assert (out == 11).all()
    probe.write(buffers[3], 4096, True)
    assert (out == 1).all()


@pytest.mark.parametrize("counts", CEILINGS)
def test_probe_has_every_stream(probe: Probe, counts: tuple[int, int, int]) -> None:
    wide, narrow, _ = counts
    buffers = tuple(Buffer(8 * 64 * 4) for _ in range(4))
    probe.stream(counts, buffers, 4)
    with pytest.raises(ValueError, match="no stream"):
        probe.stream((wide + 17, narrow, 1), buffers, 4)


def test_machine_does_the_work_of_a_case(probe: Probe) -> None:
    for ceiling in (Ceiling("read", 1e6, passes=2), Ceiling("fma", 1e5, "float32")):
        assert make_limit_loop(probe, ceiling)(2) > 0
        for loop in make_shared_loops(probe, ceiling).values():
            assert loop(2) > 0


def test_two_threads_are_asked_for() -> None:
    corepy = load_libraries(["corepy"])["corepy"]
    case = Case("add", "4", "", {"array_api": "a + b"}, dict.fromkeys("ab", Operand((4,), "int8")))
    loops = make_thread_loops(corepy, case)
    assert loops[1](1) > 0
    assert loops[2](1) > 0
    assert corepy.module.get_num_threads() == 1


def test_rows_of_two_threads_are_large() -> None:
    cases = list_scaling_cases()
    assert {"matmul", "add", "exp", "sum"} <= {case.operator for case in cases}
    assert min(case.element_count for case in cases) >= 512 * 512
    assert QUICK.budget_s < 1


def make_result(case_id: str, work: Work) -> Result:
    timings = {"corepy": Timing((1000.0,) * 3, 1)}
    return Result(case_id, "", Limit(1.0), timings, work=work)


def test_picture_shows_points_and_roofs() -> None:
    results = [
        make_result("add[float32-1e3]", Work(1000, 12_000)),
        make_result("matmul[float64-64x64]", Work(100_000, 98_304)),
        make_result("exp[float64-1e3]", Work(1000, 12_000)),  # of no known operations
    ]
    limits = {
        "multiply_add": {"float32": 2e11, "float64": 1e11},
        "read": {"L1": 4e11, "memory": 3e10},
    }
    report = RunReport("avx2", "", {"CPU": "a <model>"}, results, limits=limits)
    assert [point.name for point in list_points(results)] == ["add 1e3", "A@B 64"]
    picture = draw_roofline(report, "avx2")
    texts = [node.text for node in xml.etree.ElementTree.fromstring(picture).iter()]
    assert "add 1e3" in texts
    assert "memory: 30 GB/s" in texts
    # The halo is a text of its own beneath: without paint-order a stroke covers its own letters.
    assert "paint-order" not in picture
    halo, label = (line for line in picture.splitlines() if line.endswith(">add 1e3</text>"))
    assert 'stroke="#ffffff"' in halo
    assert "stroke" not in label
    assert draw_roofline(RunReport("avx2", "", {}, results), "avx2") == ""


@pytest.mark.parametrize(
    ("case_id", "name"),
    [("sum[float32-1e7]", "sum 1e7"), ("matmul[float32-1000x1000@x]", "A@x 1000")],
)
def test_names_are_short(case_id: str, name: str) -> None:
    assert shorten(case_id) == name


def test_boxes_overlap_by_area() -> None:
    assert Box(0, 0, 2, 2).overlap(Box(1, 1, 5, 5)) == 1
    assert Box(0, 0, 2, 2).overlap(Box(3, 0, 1, 1)) == 0
