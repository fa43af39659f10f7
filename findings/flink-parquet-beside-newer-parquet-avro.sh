#!/usr/bin/env bash
# Maven mixes two versions of Parquet for flink-parquet and a newer parquet-avro, and no page can be written.
#
# Versions:  org.apache.flink:flink-parquet:2.3.0 (of Parquet 1.15.2), org.apache.flink:flink-core:2.3.0,
#            org.apache.parquet:parquet-avro:1.17.1, org.apache.avro:avro:1.12.1,
#            org.apache.hadoop:hadoop-client-api:3.4.2, org.apache.hadoop:hadoop-client-runtime:3.4.2 (Maven Central)
# Behaviour: If a project declares flink-parquet before parquet-avro, Maven chooses parquet-hadoop 1.15.2 and
#            parquet-column 1.17.1, without a warning. Since 1.16, Parquet's column writers call a method of PageWriter
#            that takes geospatial statistics, for columns of every type. Its default implementation throws instead of
#            calling the older method, so that parquet-hadoop 1.15.2 cannot write a file with one int column. In the other
#            order, both are 1.17.1, and Flink's writer works.
# Output:    flink-parquet first: parquet-column-1.17.1 parquet-hadoop-1.15.2
#            UnsupportedOperationException: writePage with GeospatialStatistics is not implemented
#            parquet-avro first: parquet-column-1.17.1 parquet-hadoop-1.17.1
#            written: {"a": 1}
# Date:      2026-11-30
# Tools:     mvn, javac and java (17)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
dependency() {
  echo "<dependency><groupId>$1</groupId><artifactId>$2</artifactId><version>$3</version></dependency>"
}
flink=$(dependency org.apache.flink flink-parquet 2.3.0)
avro=$(dependency org.apache.parquet parquet-avro 1.17.1)
for name in flink avro; do
  mkdir $name
  first=$flink second=$avro
  [ $name = flink ] || first=$avro second=$flink
  cat > $name/pom.xml <<POM
<project><modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
<dependencies>
$first
$second
$(dependency org.apache.flink flink-core 2.3.0)
$(dependency org.apache.avro avro 1.12.1)
$(dependency org.apache.hadoop hadoop-client-api 3.4.2)
$(dependency org.apache.hadoop hadoop-client-runtime 3.4.2)
</dependencies></project>
POM
  (cd $name && mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >/dev/null)
done
cat > Write.java <<'JAVA'
import java.nio.file.Path;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.formats.parquet.avro.AvroParquetWriters;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.io.LocalInputFile;

public class Write {
  public static void main(String[] arguments) throws Exception {
    var schema = SchemaBuilder.record("R").fields().requiredInt("a").endRecord();
    var path = new org.apache.flink.core.fs.Path(Path.of(arguments[0]).toUri());
    try (var out = path.getFileSystem().create(path, WriteMode.OVERWRITE)) {
      var writer = AvroParquetWriters.forGenericRecord(schema).create(out);
      GenericRecord one = new GenericRecordBuilder(schema).set("a", 1).build();
      writer.addElement(one);
      writer.finish();
      out.close();
      try (var reader = AvroParquetReader.<GenericRecord>builder(new LocalInputFile(Path.of(arguments[0]))).build()) {
        System.out.println("written: " + reader.read());
      }
    } catch (UnsupportedOperationException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
JAVA
for name in flink avro; do
  echo "$name-parquet first:" $(cd $name/lib && ls | grep -E '^parquet-(column|hadoop)-' | sed 's/\.jar$//')
  java -Xmx512m -cp "$name/lib/*" Write.java $name/file.parquet 2>$name/log
done | sed 's/^avro-parquet/parquet-avro/' | tee out
diff - out <<'EXPECTED' >/dev/null
flink-parquet first: parquet-column-1.17.1 parquet-hadoop-1.15.2
UnsupportedOperationException: writePage with GeospatialStatistics is not implemented
parquet-avro first: parquet-column-1.17.1 parquet-hadoop-1.17.1
written: {"a": 1}
EXPECTED
