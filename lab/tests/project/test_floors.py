"""ci/floors.py on invented trees: each rule names the edge that breaks it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def floors(root: Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "ci/floors.py"), str(root)], capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


GOOD = {
    "servers/pki/key.h": "#include <openssl/evp.h>\n",
    "servers/wire/brief.h": '#include "servers/pki/key.h"\n#include <boost/json/value.hpp>\n',
    "servers/net/listener.h": "#include <boost/asio/awaitable.hpp>\n",
    "servers/origin/origin.cpp": '#include "servers/net/listener.h"\n#include <boost/beast/http.hpp>\n',
    "attacks/attack.h": '#include "servers/wire/brief.h"\n',
    "attacks/kinds/reset.cpp": '#include "attacks/attack.h"\n',
    "attacks/mitm/relay.cpp": '#include "attacks/attack.h"\n#include "servers/net/listener.h"\n',
    "client_under_test/adapters/pinlab_clients/curl.py": "from pinlab.clients import api\n",
    "lab/pinlab/clients/api.py": "import os\n",
    "lab/pinlab/judge/judge.py": "from pinlab.core import enums\n",
    "lab/pinlab/core/enums.py": "import enum\n",
}


def test_a_tree_that_keeps_the_rules(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert floors(tmp_path) == (0, ["floors: every include and size is right"])


@pytest.mark.parametrize(
    ("files", "edge"),
    [
        (
            {"servers/pki/pin.cpp": '\n#include "servers/wire/brief.h"\n'},
            "servers/pki/pin.cpp:2 includes servers/wire/brief.h: pki may include only pki, util",
        ),
        (
            {"servers/pki/key.h": "#  include <boost/json/value.hpp>\n"},
            "servers/pki/key.h:1 includes <boost/json/value.hpp>: boost/json is only for",
        ),
        (
            {"servers/wire/brief.cpp": "#include <boost/asio/write.hpp>\n"},
            "servers/wire/brief.cpp:1 includes <boost/asio/write.hpp>: boost/asio is only for",
        ),
        (
            {"servers/origin/origin.h": "#include <boost/beast/core.hpp>\n"},
            "servers/origin/origin.h:1 includes <boost/beast/core.hpp>: boost/beast is only for",
        ),
        (
            {"servers/mint/main.cpp": '#include "servers/origin/origin.h"\n', "servers/origin/origin.h": ""},
            "servers/mint/main.cpp:1 includes servers/origin/origin.h: mint may include only mint, util, pki",
        ),
        (
            {"client_under_test/reference/pin_rules.cpp": '#include "servers/pki/key.h"\n'},
            "client_under_test/reference/pin_rules.cpp:1 includes servers/pki/key.h: reference may",
        ),
        (
            {"attacks/kinds/reset.cpp": '#include "attacks/mitm/relay.h"\n', "attacks/mitm/relay.h": ""},
            "attacks/kinds/reset.cpp:1 includes attacks/mitm/relay.h: kinds may include only",
        ),
        (
            {"servers/wire/brief.h": '#include "servers/net/listener.h"\n'},
            "attacks/kinds/reset.cpp -> attacks/attack.h -> servers/wire/brief.h -> servers/net/listener.h",
        ),
        (
            {"client_under_test/reference/pinned_client.cpp": "#include <openssl/ssl.h>\n"},
            "client_under_test/reference/pinned_client.cpp does not include <boost/beast/...>: HTTP stays",
        ),
        ({"lab/pinlab/words.py": ""}, "lab/pinlab/words.py: lies in no package of lab/pinlab"),
        (
            {"lab/pinlab/judge/judge.py": "".join(f"import pinlab.core.m{n}\n" for n in range(16))},
            "lab/pinlab/judge/judge.py: imports 16 modules of ours, at most 15",
        ),
        (
            {"servers/wire/brief.h": "auto end = std::chrono::system_clock::now();\n"},
            "servers/wire/brief.h:1 reads the machine's clock (system_clock): use a steady one",
        ),
        ({"attacks/kinds/reset.cpp": "\n" * 81}, "attacks/kinds/reset.cpp: 81 lines, at most 80"),
        (
            {"client_under_test/adapters/pinlab_clients/curl.py": "\n" * 101},
            "client_under_test/adapters/pinlab_clients/curl.py: 101 lines",
        ),
        ({"ci/dev": "#!/bin/sh\n" + "\n" * 400}, "ci/dev: 401 lines, at most 400"),
    ],
)
def test_each_broken_rule_is_named(tmp_path: Path, files: dict[str, str], edge: str) -> None:
    write(tmp_path, {**GOOD, **files})
    status, lines = floors(tmp_path)
    assert status == 1
    assert any(line.startswith(edge) for line in lines), lines
