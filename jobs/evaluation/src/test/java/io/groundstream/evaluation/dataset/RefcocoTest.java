package io.groundstream.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.evaluation.metric.PixelBox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefcocoTest {
  private static final String IMAGE =
      "{\"id\":7,\"file_name\":\"COCO_train2014_000000000001.jpg\",\"width\":640,\"height\":480,"
          + "\"caption\":\"man on left \",\"dataset_name\":\"refcoco+\"}";
  private static final String ANNOTATION =
      "{\"image_id\":7,\"original_id\":99,\"bbox\":[10,20.5,30,40]}";

  @TempDir private Path folder;

  @Test
  void readsMdetrsFile() throws Exception {
    List<ReferringExpression> expressions = read(IMAGE, ANNOTATION);

    assertThat(expressions)
        .containsExactly(
            new ReferringExpression(
                "7",
                "COCO_train2014_000000000001.jpg",
                640,
                480,
                "man on left ",
                new PixelBox(10, 20.5, 40, 60.5),
                "refcoco+",
                "99"));
  }

  @Test
  void rejectsListsThatDoNotRunInParallel() {
    assertThatThrownBy(() -> read(IMAGE + "," + IMAGE, ANNOTATION))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("2 images and 1 annotations");
    assertThatThrownBy(() -> read(IMAGE, ANNOTATION.replace("7", "8")))
        .hasMessageContaining("annotations[0].image_id: 8 (expected: that of the image");
  }

  @Test
  void rejectsOtherFiles() throws IOException {
    assertThatThrownBy(() -> read(IMAGE, ANNOTATION.replace(",40]", "]")))
        .hasMessageContaining("bbox: [10,20.5,30] (expected: [x, y, width, height] in pixels)");
    assertThatThrownBy(() -> read(IMAGE.replace("640", "0"), ANNOTATION))
        .hasMessageContaining("images[0].width: 0 (expected: a positive number)");
    assertThatThrownBy(() -> read(IMAGE.replace("caption", "title"), ANNOTATION))
        .hasMessageContaining("images[0].caption: missing (expected: a text)");
    assertThatThrownBy(() -> readText("{\"images\":[]}"))
        .hasMessageContaining("no list \"annotations\" (expected: MDETR's");
    assertThatThrownBy(() -> readText("{\"images\":{},\"annotations\":[]}"))
        .hasMessageContaining("images is not a list");
    assertThatThrownBy(() -> readText("[]")).hasMessageContaining("not a JSON object");
    assertThatThrownBy(() -> readText("{\"images\":[{\"id\":1")).hasMessageContaining("not JSON");
    assertThatThrownBy(() -> RefcocoFile.read(folder.resolve("none.json")))
        .hasMessageContaining("none.json: no such file");
  }

  @Test
  void readsTheOriginalFiles() throws Exception {
    List<ReferringExpression> original =
        RefcocoPickle.read(Scenes.REFCOCO.resolve("refs(unc).p"), "val");

    // Both forms hold the same expressions of the drawn scenes.
    assertThat(original)
        .isEqualTo(RefcocoFile.read(Scenes.REFCOCO.resolve("finetune_refcoco_val.json")));
  }

  @Test
  void anUnknownSplitIsNamedWithTheKnownOnes() {
    assertThatThrownBy(() -> RefcocoPickle.read(Scenes.REFCOCO.resolve("refs(unc).p"), "testA"))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("no split testA (expected: one of [val])");
  }

  @Test
  void aPickleThatCallsAFunctionIsRejected() throws Exception {
    // What python's pickle.dumps writes for os.system("true"), in protocol 0.
    String call = "cposix\nsystem\np0\n(Vtrue\np1\ntp2\nRp3\n.";

    assertRejected(call.getBytes(StandardCharsets.US_ASCII), "names a class or calls a function");
  }

  @Test
  void damagedPicklesAreRejected() throws Exception {
    byte[] whole = Files.readAllBytes(Scenes.REFCOCO.resolve("refs(unc).p"));

    assertRejected(java.util.Arrays.copyOf(whole, 1000), "not a pickle of plain data");
    assertRejected(new byte[0], "not a pickle of plain data");
    assertRejected("N.".getBytes(StandardCharsets.US_ASCII), "an empty value");
    assertRejected("I1\n.".getBytes(StandardCharsets.US_ASCII), "not a list");
    // A text of 2 GB, of which there is nothing.
    assertRejected(
        new byte[] {(byte) 0x80, 2, 'X', -1, -1, -1, 0x7f, '.'}, "not a pickle of plain data");
    // A dictionary whose key is a list that contains itself.
    assertRejected(
        "(lp0\ng0\na0(dp1\ng0\nI1\ns.".getBytes(StandardCharsets.US_ASCII),
        "not a pickle of plain data");
    // A list that contains numbers where references belong.
    assertRejected(
        "(lp0\nI1\na.".getBytes(StandardCharsets.US_ASCII), "reference 0.split: missing");
  }

  private void assertRejected(byte[] pickle, String message) throws IOException {
    Path refs = Files.write(folder.resolve("refs(unc).p"), pickle);
    Files.writeString(folder.resolve("instances.json"), "{\"images\":[],\"annotations\":[]}");
    assertThatThrownBy(() -> RefcocoPickle.read(refs, "val"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message);
  }

  private List<ReferringExpression> read(String images, String annotations)
      throws IOException, DatasetException {
    return readText("{\"images\":[" + images + "],\"annotations\":[" + annotations + "]}");
  }

  private List<ReferringExpression> readText(String text) throws IOException, DatasetException {
    return RefcocoFile.read(Files.writeString(folder.resolve("mdetr.json"), text));
  }
}
