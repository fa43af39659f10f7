package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Cuts files that are too large for one reader. For one thread at a time. */
final class UnitCutter {
  private final ArchiveSettings settings;

  UnitCutter(ArchiveSettings settings) {
    this.settings = settings;
  }

  /** Returns the parts of a file, in order; a single part for a file that need not be cut. */
  List<UnitPart> parts(ArchiveUnit unit) throws IOException {
    if (settings.maxSplitBytes() == ArchiveSettings.NEVER_CUT) {
      return List.of(UnitPart.whole(unit));
    }
    return switch (unit.format()) {
      case TAR ->
          unit.length() > settings.maxSplitBytes()
              ? new TarCutter(settings).parts(unit)
              : List.of(UnitPart.whole(unit));
      case CSV, JSON_LINES -> new ManifestCutter(settings).parts(unit);
      case PARQUET -> parquet(unit);
      case PICTURE, COMPRESSED_TAR, ZIP, UNREADABLE_FOLDER -> List.of(UnitPart.whole(unit));
    };
  }

  /** Cuts by bytes; the reader of a part finds out which row groups begin in it. */
  private List<UnitPart> parquet(ArchiveUnit unit) {
    long count = (unit.length() + settings.maxSplitBytes() - 1) / settings.maxSplitBytes();
    if (count <= 1) {
      return List.of(UnitPart.whole(unit));
    }
    List<UnitPart> parts = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      long start = i * settings.maxSplitBytes();
      long end = Math.min(unit.length(), start + settings.maxSplitBytes());
      parts.add(new UnitPart(unit, start, end, 0, List.of(), true));
    }
    return parts;
  }
}
