package io.groundstream.console.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LabelsTest {
  @Test
  void standsAboveItsBoxWhereThereIsRoom() {
    Rectangle2D box = new Rectangle2D.Double(100, 100, 200, 200);
    Labels.Label label = new Labels(640, 480, 20).place("a dog", box);
    assertThat(label.plate().getX()).isEqualTo(100);
    assertThat(label.plate().getMaxY()).isEqualTo(100);
  }

  @Test
  void staysInsideTheImage() {
    Random random = new Random(7);
    Rectangle2D image = new Rectangle2D.Double(-0.001, -0.001, 300.002, 200.002);
    Labels labels = new Labels(300, 200, 16);
    for (int index = 0; index < 200; index++) {
      Rectangle2D box =
          new Rectangle2D.Double(random.nextDouble() * 290, random.nextDouble() * 190, 10, 10);
      Labels.Label label = labels.place("label ".repeat(1 + random.nextInt(20)), box);
      assertThat(image.contains(label.plate())).as("%s", label).isTrue();
    }
  }

  @Test
  void doesNotHideOtherLabelsWhereItCanBeAvoided() {
    Labels labels = new Labels(800, 800, 20);
    Rectangle2D box = new Rectangle2D.Double(300, 300, 220, 200);
    List<Rectangle2D> plates = new ArrayList<>();
    for (String phrase : List.of("one", "two", "three", "four", "five")) {
      Rectangle2D plate = labels.place(phrase, box).plate();
      assertThat(plates).noneMatch(plate::intersects);
      plates.add(plate);
    }
  }

  @Test
  void shortensWhatDoesNotFit() {
    Labels.Label label =
        new Labels(120, 400, 16).place("a phrase wider than the image", new Rectangle2D.Double());
    assertThat(label.text()).endsWith("…").startsWith("a ");
    assertThat(label.plate().getWidth()).isLessThanOrEqualTo(120);
    assertThat(new Labels(5, 400, 16).place("anything", new Rectangle2D.Double()).text()).isEmpty();
  }

  @Test
  void boundsTextsByCodePointsAndMakesOneLineOfThem() {
    assertThat(Labels.bounded("a\n\tb\u0000c  d ", 40)).isEqualTo("a b c d");
    assertThat(Labels.bounded("😀😀😀😀", 3)).isEqualTo("😀😀…");
    assertThat(Labels.bounded("abc", 3)).isEqualTo("abc");
    assertThat(Labels.bounded("", 3)).isEmpty();
  }
}
