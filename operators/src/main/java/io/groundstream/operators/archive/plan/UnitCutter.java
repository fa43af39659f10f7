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
    if (unit.length() <= settings.maxSplitBytes()) {
      return List.of(UnitPart.whole(unit));
    }
    return switch (unit.format()) {
      case TAR -> new TarCutter(settings).parts(unit);
      default -> List.of(UnitPart.whole(unit));
    };
  }
}
