#!/usr/bin/env bash
# scaled_dot_product_attention gives NaN for a query that may not see a NaN.
#
# Version:   torch 2.13.0 (CPU)
# Behaviour: A mask adds minus infinity to a hidden key's score, so that its weight is 0. The value is multiplied by that
#            weight all the same, and 0 * NaN and 0 * infinity are NaN. The same query gives finite numbers when the hidden
#            places hold any finite number. So a key/value cache whose slots are used again must overwrite a sequence
#            that was not finite; hiding it is not enough. It is so for masks of numbers and of truth values.
# Output:    hidden value 1000.0: additive mask finite, boolean mask finite
#            hidden value inf: additive mask nan, boolean mask nan
#            hidden value nan: additive mask nan, boolean mask nan
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
import math
import sys
import warnings

warnings.filterwarnings("ignore")
import torch
from torch.nn.functional import scaled_dot_product_attention


def kind(output):
    return "finite" if torch.isfinite(output).all() else "nan"


torch.manual_seed(0)
seen = torch.arange(8) < 5
additive = torch.zeros(1, 1, 1, 8).masked_fill(~seen, -math.inf)
results = []
for hidden in (1000.0, math.inf, math.nan):
    query = torch.randn(1, 2, 1, 16)
    key, value = torch.randn(1, 2, 8, 16), torch.randn(1, 2, 8, 16)
    value[:, :, 6] = hidden
    by_numbers = kind(scaled_dot_product_attention(query, key, value, attn_mask=additive))
    by_truth = kind(scaled_dot_product_attention(query, key, value, attn_mask=seen.view(1, 1, 1, 8)))
    print(f"hidden value {hidden}: additive mask {by_numbers}, boolean mask {by_truth}")
    results.append((by_numbers, by_truth))
sys.exit(0 if results == [("finite", "finite"), ("nan", "nan"), ("nan", "nan")] else 1)
PYTHON
"$folder/venv/bin/python" "$folder/show.py" 2>/dev/null
