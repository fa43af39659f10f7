package io.groundstream.operators.archive.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.archive.Archives;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HiddenNamesTest {
  private static final List<String> FILES =
      List.of(
          "@eaDir/a.jpg/SYNOPHOTO_THUMB_B.jpg",
          "#recycle/b.jpg",
          "lost+found/c.jpg",
          "__MACOSX/d.jpg",
          ".git/e.jpg",
          "_temporary/0/task_1/f.parquet",
          "_metadata",
          "_SUCCESS",
          "_common.parquet",
          "_DSC0001.jpg",
          "_x=1/g.jpg",
          "country=DE/h.jpg",
          "photo.of.2024-01-02 10.15.30.jpg",
          "Thumbs.db");

  @TempDir Path folder;

  @BeforeEach
  void write() throws Exception {
    for (String name : FILES) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }

  private ArchivePlanner planner(String path) {
    return new ArchivePlanner(Archives.settings(path), FinishedUnits.none(), null, 0);
  }

  private static List<String> names(ArchivePlanner planner) throws Exception {
    List<String> names = new ArrayList<>();
    for (ArchiveSplit split : planner.next().splits()) {
      split.parts().forEach(part -> names.add(part.unit().name()));
    }
    return names;
  }

  @Test
  void filesOfProgramsAreIgnored() throws Exception {
    ArchivePlanner planner = planner(folder.toString());

    assertThat(names(planner))
        .containsExactly(
            "_DSC0001.jpg", "_x=1/g.jpg", "country=DE/h.jpg", "photo.of.2024-01-02 10.15.30.jpg");
    assertThat(planner.ignoredNames())
        .containsKeys("@eaDir/", "#recycle/", "lost+found/", "__MACOSX/", "_temporary/", ".db");
    assertThat(planner.ignoredNames())
        .containsEntry("no suffix", new IgnoredNames.Group(2, List.of("_SUCCESS", "_metadata")));
  }

  @Test
  void aPatternThatNamesItReadsIt() throws Exception {
    assertThat(names(planner(folder + "/**/*.jpg")))
        .doesNotContain("@eaDir/a.jpg/SYNOPHOTO_THUMB_B.jpg");
    assertThat(names(planner(folder + "/@eaDir/*"))).hasSize(1);
    assertThat(names(planner(folder + "/_temporary"))).containsExactly("0/task_1/f.parquet");
  }
}
