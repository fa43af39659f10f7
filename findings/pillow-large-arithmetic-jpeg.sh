#!/usr/bin/env bash
# Pillow refuses valid arithmetic-coded JPEGs once they are larger than what it reads at once.
#
# Version:   Pillow 12.3.0 (with libjpeg-turbo 3.1.4.1), cjpeg of libjpeg-turbo 2.1.5, which writes the files.
# Behaviour: an arithmetic-coded JPEG of some kilobytes opens with exactly the pixels of its Huffman-coded twin.
#            One of more than 64 KiB fails with "OSError: broken data stream when reading image file", and its
#            Huffman-coded twin opens. Pillow feeds libjpeg in pieces of ImageFile.MAXBLOCK (65,536) bytes, and
#            libjpeg's arithmetic decoder cannot wait for the next piece; with a larger MAXBLOCK the same file opens.
#            A reader that trusts a thumbnail-sized test will believe that Pillow reads arithmetic coding.
# Seen:      2026-11-29, the output below:
#              small, arithmetic: as Huffman
#              large (352121 bytes), arithmetic: OSError: broken data stream when reading image file
#              large (352121 bytes), arithmetic, MAXBLOCK raised: as Huffman
# Needs:     bash, python3 with venv and pip, and cjpeg (Debian: libjpeg-turbo-progs=1:2.1.5-2, fetched where it is missing).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cjpeg=$(command -v cjpeg || true)
if [ -z "$cjpeg" ]; then
  apt-get download -q libjpeg-turbo-progs=1:2.1.5-2 >/dev/null
  dpkg -x libjpeg-turbo-progs_*.deb tools
  cjpeg=$work/tools/usr/bin/cjpeg
fi
python3 -m venv venv
venv/bin/pip install -q pillow==12.3.0

cat >make.py <<'PY'
from PIL import Image
for name, side in (("small", 64), ("large", 700)):
    Image.effect_noise((side, side), 90).convert("RGB").save(name + ".ppm")
PY
venv/bin/python make.py
for name in small large; do
  "$cjpeg" -quality 90 "$name.ppm" >"$name-huffman.jpg"
  "$cjpeg" -quality 90 -arithmetic "$name.ppm" >"$name-arithmetic.jpg"
done

cat >read.py <<'PY'
import os, sys
from PIL import Image, ImageFile

def read(name):
    try:
        return Image.open(name + ".jpg").convert("RGB").tobytes()
    except OSError as e:
        return "OSError: " + str(e)

def told(name):
    pixels = read(name + "-arithmetic")
    if isinstance(pixels, str):
        return pixels
    return "as Huffman" if pixels == read(name + "-huffman") else "other pixels"

small, large = told("small"), told("large")
size = os.path.getsize("large-arithmetic.jpg")
print("small, arithmetic:", small)
print(f"large ({size} bytes), arithmetic:", large)
ImageFile.MAXBLOCK = 2 * size
raised = told("large")
print(f"large ({size} bytes), arithmetic, MAXBLOCK raised:", raised)
sys.exit(not (small == raised == "as Huffman" and large.startswith("OSError: broken data stream")))
PY
if venv/bin/python read.py; then
  echo "as described"
else
  echo "the behaviour has changed"
  exit 1
fi
