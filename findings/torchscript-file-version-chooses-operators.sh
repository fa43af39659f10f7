#!/usr/bin/env bash
# The number in a TorchScript archive's "version" entry decides which operators its code may call.
#
# Version:   torch 2.13.0 (CPU)
# Behaviour: The code of an archive is read against the operators of its file-format version, not of the library. Up
#            to version 9, gelu has no argument "approximate", so the same code is refused; from 10 on it loads. An
#            archive that is written by hand has to claim at least the version of the newest operator it calls, and
#            one without any such call loads under all versions.
# Output:    gelu(x):             3 loads, 6 loads, 7 loads, 8 loads, 9 loads, 10 loads
#            gelu(x, approximate): 3 refused, 6 refused, 7 refused, 8 refused, 9 refused, 10 loads
# Date:      2026-11-29
# Needs:     python3 with venv
#
# Ends with 1 if the behaviour has changed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --no-deps torch==2.13.0 typing_extensions==4.16.0 sympy==1.14.0 mpmath==1.3.0 \
  networkx==3.6.1 Jinja2==3.1.6 MarkupSafe==3.0.3 fsspec==2026.9.0 filelock==4.0.8

cat >"$folder/show.py" <<'PYTHON'
import io
import sys
import warnings
import zipfile

warnings.filterwarnings("ignore")
import torch

VERSIONS = [3, 6, 7, 8, 9, 10]
# A module of class M with one attribute, training: False.
DATA = b"\x80\x02c__torch__\nM\nq\x00)\x81}X\x08\x00\x00\x00trainingq\x01\x89sb."


def loads(version, call):
    code = (
        "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
        "  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    return " + call + "\n"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("m/code/__torch__.py", code)
        archive.writestr("m/version", f"{version}\n")
        archive.writestr("m/constants.pkl", b"\x80\x02).")
        archive.writestr("m/data.pkl", DATA)
        archive.writestr("m/byteorder", "little")
    buffer.seek(0)
    try:
        torch.jit.load(buffer)
        return True
    except RuntimeError:
        return False


plain = [loads(version, "torch.gelu(x)") for version in VERSIONS]
newer = [loads(version, 'torch.gelu(x, approximate="tanh")') for version in VERSIONS]
for name, results in (("gelu(x):            ", plain), ("gelu(x, approximate):", newer)):
    print(name, ", ".join(f"{v} {'loads' if r else 'refused'}" for v, r in zip(VERSIONS, results)))
sys.exit(0 if all(plain) and newer == [version >= 10 for version in VERSIONS] else 1)
PYTHON
"$folder/venv/bin/python" "$folder/show.py" 2>/dev/null
