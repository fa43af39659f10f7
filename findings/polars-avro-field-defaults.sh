#!/usr/bin/env bash
# Polars refuses an Avro file for a default in its schema.
#
# Versions:  polars 1.44.2, fastavro 1.12.2 (the independent writer and reader)
# Behaviour: an Avro container file whose writer schema gives a field of type int or string a default is refused by
#            polars.read_avro with "ComputeError: OutOfSpec"; the same file without the default is read. The specification
#            lets any field have a default, and it means nothing to a reader that uses the writer's schema. A default of
#            null in a union, or of an empty array, is taken. Files of schemas that are made to evolve, where every field
#            has a default, cannot be opened.
# Output:    without default: (1, 1)
#            int with default: OutOfSpec
#            string with default: OutOfSpec
#            fastavro reads both: [{'a': 1}] [{'a': 'x'}]
# Date:      2026-11-29
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q polars==1.44.2 fastavro==1.12.2 2>/dev/null
cd "$work"
"$work/venv/bin/python" - <<'PYTHON'
import fastavro, polars, sys

def write(name, field, value):
    schema = {"type": "record", "name": "R", "fields": [{"name": "a", **field}]}
    with open(name, "wb") as out:
        fastavro.writer(out, schema, [{"a": value}], codec="null")

def read(name):
    try:
        return str(polars.read_avro(name).shape)
    except polars.exceptions.ComputeError as e:
        return str(e)

write("plain.avro", {"type": "int"}, 1)
write("int.avro", {"type": "int", "default": 0}, 1)
write("string.avro", {"type": "string", "default": ""}, "x")
seen = [read(name) for name in ("plain.avro", "int.avro", "string.avro")]
print("without default:", seen[0])
print("int with default:", seen[1])
print("string with default:", seen[2])
print("fastavro reads both:", *(list(fastavro.reader(open(n, "rb"))) for n in ("int.avro", "string.avro")))
sys.exit(0 if seen == ["(1, 1)", "OutOfSpec", "OutOfSpec"] else 1)
PYTHON
