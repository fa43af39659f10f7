#!/usr/bin/env bash
# torch.jit.freeze makes one constant of two parameters that have equal values.
#
# Version:   torch 2.13.0 (CPU)
# Behaviour: Parameters become constants, and constants of equal values are pooled. Two parameters that are equal
#            when the module is frozen, such as freshly initialised norms, share one tensor in the graph and in the
#            saved file. No message says so; tools that patch or count weights by the file find fewer.
# Output:    parameters: 2, tensors in the frozen file: 1
#            different values: parameters: 2, tensors in the frozen file: 2
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


class Scale(torch.nn.Module):
    def __init__(self, weight, bias):
        super().__init__()
        self.weight = torch.nn.Parameter(weight, requires_grad=False)
        self.bias = torch.nn.Parameter(bias, requires_grad=False)

    def forward(self, x):
        return x * self.weight + self.bias


def tensors(module):
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.freeze(torch.jit.script(module.eval())), buffer)
    names = zipfile.ZipFile(buffer).namelist()
    return sum("/constants/" in name for name in names)


equal = tensors(Scale(torch.ones(4), torch.ones(4)))
different = tensors(Scale(torch.ones(4), torch.full((4,), 2.0)))
print("parameters: 2, tensors in the frozen file:", equal)
print("different values: parameters: 2, tensors in the frozen file:", different)
sys.exit(0 if (equal, different) == (1, 2) else 1)
PYTHON
"$folder/venv/bin/python" "$folder/show.py" 2>/dev/null
