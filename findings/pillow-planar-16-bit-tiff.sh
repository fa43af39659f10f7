#!/bin/bash
# Pillow shows other colours than a TIFF of 16-bit RGB holds, without an error, if its samples lie in separate planes
# (PlanarConfiguration 2) and are not compressed. It reads each plane as if a sample had one byte, so that the low and
# the high bytes of half a row fill a whole one. The same picture is right when it is compressed with Deflate, where
# libtiff unpacks it, and when its samples lie side by side. Such files are valid (TIFF 6.0, page 38) and are written by
# ImageMagick (-interlace plane -compress None), tifffile, GDAL (INTERLEAVE=BAND) and microscopes.
#
# Versions: Pillow 12.3.0, tifffile 2026.3.3, numpy 2.4.6, CPython 3.11, Linux x86-64.
# Output on 2026-11-29:
#   contiguous: off by at most 0 levels
#   planes, Deflate: off by at most 0 levels
#   planes, uncompressed: off by at most 120 levels
# Exits with 1 if that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" --quiet install pillow==12.3.0 tifffile==2026.3.3 numpy==2.4.6 imagecodecs==2026.3.6
"$work/venv/bin/python" - "$work" <<'PYTHON'
import sys
import numpy
import tifffile
from PIL import Image

folder = sys.argv[1]
y, x = numpy.mgrid[0:40, 0:60]
levels = numpy.dstack([x * 4, y * 6, (x + y) * 2]).astype("uint8")
samples = levels.astype("uint16") * 257
planes = numpy.ascontiguousarray(samples.transpose(2, 0, 1))
tifffile.imwrite(f"{folder}/contiguous.tif", samples, photometric="rgb", metadata=None)
tifffile.imwrite(
    f"{folder}/deflate.tif", planes, photometric="rgb", planarconfig="separate",
    compression="deflate", metadata=None)
tifffile.imwrite(
    f"{folder}/planes.tif", planes, photometric="rgb", planarconfig="separate", metadata=None)
worst = {}
for label, name in (
    ("contiguous", "contiguous"), ("planes, Deflate", "deflate"), ("planes, uncompressed", "planes")):
    seen = numpy.asarray(Image.open(f"{folder}/{name}.tif").convert("RGB")).astype(int)
    worst[name] = int(abs(seen - levels.astype(int)).max())
    print(f"{label}: off by at most {worst[name]} levels")
sys.exit(0 if worst["contiguous"] == 0 and worst["deflate"] == 0 and worst["planes"] > 100 else 1)
PYTHON
