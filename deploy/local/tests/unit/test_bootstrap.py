"""Setting up a machine that has almost nothing: another way is taken, or one package is named."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
BASICS = ("dirname", "sed", "tail", "mkdir", "cat", "readlink")


class Machine:
    """A checkout and a PATH with only what the test puts there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        (folder / "checkout" / "deploy").mkdir(parents=True)
        shutil.copy(ROOT / "deploy" / "bootstrap", folder / "checkout" / "deploy")
        shutil.copy(ROOT / "kiem", folder / "checkout")
        for name in BASICS:
            (self.bin / name).symlink_to(shutil.which(name) or "/nowhere")

    def program(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def python(self, *, venv: bool = False, pip: str | None = None) -> None:
        """A stand-in that answers what bootstrap asks of a Python."""
        self.program(
            "python3",
            f"""case "$*" in
              *"import venv"*) exit {0 if venv else 1} ;;
              *"pip --version"*) exit {1 if pip is None else 0} ;;
              *"-m pip install"*) {pip or "exit 1"} ;;
              *sys.executable*) echo {self.bin}/python3 ;;
              *%d.%d*) echo 3.11 ;;
            esac""",
        )

    def run(
        self, script: str = "deploy/bootstrap", **more: str
    ) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin), "HOME": str(self.folder), **more}
        return subprocess.run(
            ["/bin/sh", str(self.folder / "checkout" / script)], env=environment, check=False,
            capture_output=True, text=True, timeout=30,
        )  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_python_it_says_what_to_install(machine: Machine) -> None:
    done = machine.run()
    assert done.returncode == 1
    assert "No Python 3.11, 3.12 or 3.13 was found" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_python_that_is_named_but_unfit_is_refused(machine: Machine) -> None:
    done = machine.run(KIEM_PYTHON="/bin/false")
    assert "KIEM_PYTHON=/bin/false is no Python 3.11, 3.12 or 3.13." in done.stderr


def test_without_venv_and_pip_the_one_package_is_named(machine: Machine) -> None:
    machine.python()
    done = machine.run()
    assert done.returncode == 1
    assert "has neither venv nor pip" in done.stderr
    assert "apt-get install python3.11-venv" in done.stderr


def test_without_venv_pip_brings_uv(machine: Machine) -> None:
    uv = f"{machine.folder}/.cache/kiem/uv-0.13/bin"
    script = '#!/bin/sh\\n[ \\"\\$1\\" = --version ] && echo uv 0.13.9 || echo ran \\$*\\n'
    machine.python(pip=f'mkdir -p {uv}; printf "{script}" > {uv}/uv; /bin/chmod +x {uv}/uv')
    done = machine.run()
    assert done.returncode == 0, done.stderr
    assert "ran sync --frozen --all-packages" in done.stdout


def test_a_registry_out_of_reach_is_named_with_what_pip_said(machine: Machine) -> None:
    machine.python(pip="echo no route to host; exit 1")
    done = machine.run()
    assert done.returncode == 1
    assert "| no route to host" in done.stderr
    assert "PIP_INDEX_URL" in done.stderr


def test_a_uv_of_another_version_is_not_used(machine: Machine) -> None:
    machine.program("uv", "echo uv 0.12.1")
    machine.python()
    assert "there is no uv 0.13 on this machine" in machine.run().stderr


def test_a_failed_installation_says_what_to_check(machine: Machine) -> None:
    machine.program("uv", '[ "$1" = --version ] && echo uv 0.13.4 || exit 2')
    machine.python()
    done = machine.run()
    assert done.returncode == 1
    assert "could not be installed" in done.stderr
    assert "UV_DEFAULT_INDEX" in done.stderr


def test_another_python_gets_an_environment_of_its_own(machine: Machine) -> None:
    told = 'echo "$UV_PYTHON $1 $UV_PROJECT_ENVIRONMENT"'
    machine.program("uv", f'[ "$1" = --version ] && echo uv 0.13.4 || {told}')
    kept = machine.folder / ".pyenv/versions/3.13.7/bin/python3.13"
    kept.parent.mkdir(parents=True)
    kept.write_text("#!/bin/sh\n")
    kept.chmod(0o755)
    machine.program("python3.13", "exit 127")  # a shim of pyenv for what is not chosen
    done = machine.run(KIEM_PYTHON_VERSION="3.13")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == [f"{kept} sync .venv-3.13"]


def test_a_python_that_is_nowhere_is_refused_with_where_to_get_it(machine: Machine) -> None:
    done = machine.run(KIEM_PYTHON_VERSION="3.12")
    assert done.returncode == 1
    assert "No Python 3.12 that Kiem runs on was found on the PATH, nor where" in done.stderr
    assert "uv python install 3.12" in done.stderr


def test_the_command_says_what_to_run_before_it_is_set_up(machine: Machine) -> None:
    done = machine.run("kiem")
    assert done.returncode == 1
    assert "make -C" in done.stderr


def test_the_command_takes_the_addresses_of_the_running_system(machine: Machine) -> None:
    checkout = machine.folder / "checkout"
    (checkout / ".venv" / "bin").mkdir(parents=True)
    command = checkout / ".venv" / "bin" / "kiem"
    command.write_text('#!/bin/sh\necho "$KIEM_IDEAS_URL"\n')
    command.chmod(0o755)
    (checkout / ".kiem").mkdir()
    (checkout / ".kiem" / "env").write_text(
        '[ -n "${KIEM_IDEAS_URL-}" ] || export KIEM_IDEAS_URL=http://127.0.0.1:8101\n'
    )
    assert machine.run("kiem").stdout == "http://127.0.0.1:8101\n"
    assert machine.run("kiem", KIEM_IDEAS_URL="http://other").stdout == "http://other\n"


def test_the_environment_is_never_activated_by_hand() -> None:
    assert os.access(ROOT / "kiem", os.X_OK)
    assert os.access(ROOT / "deploy" / "bootstrap", os.X_OK)
