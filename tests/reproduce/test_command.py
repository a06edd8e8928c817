# The command line: exit status, table, JSON, and the golden file's making.
from __future__ import annotations

import json
import subprocess
import sys

import pytest

import corepy as cp
from corepy.reproduce import __main__ as command
from corepy.reproduce import golden_files, runner


def test_the_command_passes_and_prints_a_table():
    done = subprocess.run(
        [sys.executable, "-m", "corepy.reproduce", "--only", "tril"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"corepy {cp.__version__}, numerics revision")
    assert lines[2].split()[:4] == ["family", "operators", "calls", "results"]
    for isa in cp.isas():
        assert isa in lines[2]
    assert lines[4].split()[0] == "manipulation" or lines[4].split()[0] == "creation"
    assert "have the golden bits" in done.stdout


def test_numpy_is_not_needed():
    code = (
        "import sys\nsys.modules['numpy'] = None\n"
        "from corepy.reproduce.__main__ import main\nsys.exit(main(['--only', 'sign*']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_difference_is_exit_status_1(monkeypatch, capsys, tmp_path):
    digests = golden_files.read_digests()
    wrong = {**digests, "exp": {**digests["exp"], "float32 37": "0" * 16}}
    monkeypatch.setattr(runner, "read_digests", lambda: wrong)
    file = tmp_path / "report.json"
    arguments = ["--only", "exp float32 37", "--json", str(file), "--threads", "1"]
    assert command.main(arguments) == 1
    printed = capsys.readouterr().out
    assert "DIFFERENT" in printed
    assert "different: exp, float32, call '37'" in printed
    found = json.loads(file.read_text())
    assert found["reproducible"] is False
    assert found["differences"][0]["op"] == "exp"
    assert found["families"]["elementwise"]["calls"] == 1


def test_wrong_arguments_are_exit_status_2(capsys):
    assert command.main(["--only", "no such operator"]) == 2
    assert "No golden call matches" in capsys.readouterr().out
    assert command.main(["--isa", "sse9"]) == 2
    assert "no such instruction set" in capsys.readouterr().err
    for arguments in (["--threads", "two"], ["--unknown"]):
        with pytest.raises(SystemExit) as stopped:
            command.main(arguments)
        assert stopped.value.code == 2


def test_one_isa_can_be_asked_for(capsys):
    assert command.main(["--isa", "baseline", "--only", "square int8 37", "--threads", "1,2"]) == 0
    titles = capsys.readouterr().out.splitlines()[2].split()
    assert [title for title in titles if title in cp.isas()] == ["baseline"]


def test_sizes_and_layouts_can_be_asked_for(tmp_path):
    file = tmp_path / "report.json"
    asked = ["--sizes", "threads,small", "--layouts", "negative,contiguous"]
    arguments = ["--only", "square int8 *", "--threads", "1", "--json", str(file)]
    assert command.main([*arguments, *asked]) == 0
    results = json.loads(file.read_text())["families"]["elementwise"]["results"]
    assert {name for name in results if name.startswith("layout")} == {
        "layout contiguous",
        "layout negative",
    }
    with pytest.raises(SystemExit):
        command.main(["--layouts", "contiguous,sideways"])


def test_writing_adds_and_never_changes(tmp_path):
    path = tmp_path / "golden" / "revision_1.json"
    first = {"exp": {"float32 37": "aa"}}
    assert golden_files.read_digests(path) == {}
    assert golden_files.add_digests(first, path) == 1
    assert golden_files.add_digests({"exp": {"float32 37": "aa", "b": "c"}, "d": {}}, path) == 1
    before = path.read_text()
    with pytest.raises(cp.ReproducibilityError, match=r"exp float32 37 .* must be raised"):
        golden_files.add_digests({"exp": {"float32 37": "bb", "new": "cc"}}, path)
    assert path.read_text() == before


def test_the_command_writes_the_golden_file(monkeypatch, tmp_path, capsys):
    path = tmp_path / "revision_9.json"
    for module in (command, golden_files):
        monkeypatch.setattr(module, "find_path", lambda: path)
    assert command.main(["--write", "--only", "exp * 37"]) == 0
    slices = json.loads((tmp_path / "slices_9.json").read_text())
    assert slices["exp"] == {
        key: marks
        for key, marks in golden_files.read_digests(
            golden_files.FOLDER / golden_path_name().replace("revision", "slices")
        )["exp"].items()
        if key.endswith(" 37")
    }
    capsys.readouterr()
    path.unlink()
    assert command.main(["--write", "--only", "sqrt * 37"]) == 0
    assert "6 digests added" in capsys.readouterr().out
    written = json.loads(path.read_text())
    recorded = golden_files.read_digests(golden_files.FOLDER / golden_path_name())
    assert written == {"sqrt": {key: recorded["sqrt"][key] for key in written["sqrt"]}}
    path.write_text(json.dumps({"sqrt": {"float32 37": "00"}}))
    assert command.main(["--write", "--only", "sqrt * 37"]) == 1
    assert "nothing was written" in capsys.readouterr().err


def golden_path_name() -> str:
    return f"revision_{cp.numerics_revision}.json"


def test_the_package_ships_the_file_of_its_revision():
    assert golden_files.FOLDER.parent.name == "reproduce"
    digests = json.loads((golden_files.FOLDER / golden_path_name()).read_text(encoding="utf-8"))
    assert sum(len(calls) for calls in digests.values()) > 5000
