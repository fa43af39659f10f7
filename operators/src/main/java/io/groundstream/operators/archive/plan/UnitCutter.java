package io.groundstream.operators.archive.plan;

import io.groundstream.operators.config.ArchiveSettings;
import java.io.IOException;
import java.util.List;

/** Cuts files that are too large for one reader. For one thread at a time. */
final class UnitCutter {
  private final ArchiveSettings settings;

  UnitCutter(ArchiveSettings settings) {
    this.settings = settings;
  }

  /** Returns the parts of a file, in their order; one for a file that need not be cut. */
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
      default -> List.of(UnitPart.whole(unit));
    };
  }
}
