package io.groundstream.operators.event;

import io.groundstream.schemas.text.Texts;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.BasicArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apiguardian.api.API;

/**
 * Notes of a source about faults that cost no image, such as a sidecar that cannot be read: the
 * number and one example of each kind. They travel with the event, so that the tally after the
 * grounding operator counts them exactly once.
 *
 * <p>A Flink POJO, with its type information declared. Not thread-safe; not modified after the
 * event was emitted.
 */
@API(status = API.Status.INTERNAL)
@TypeInfo(EventNotes.Info.class)
public final class EventNotes {
  /** The maximum length of an example; longer ones are shortened. */
  private static final int LONGEST_EXAMPLE = 200;

  private String[] codes = new String[0];
  private long[] counts = new long[0];
  private String[] examples = new String[0];

  /** Creates empty notes. */
  public EventNotes() {}

  /**
   * Adds a note; the first of each kind provides the example.
   *
   * @param code the kind, in kebab-case
   * @param example a description of this one, for people
   */
  public void add(String code, String example) {
    add(code, 1, example);
  }

  /** Adds other notes. */
  public void addAll(EventNotes others) {
    for (int i = 0; i < others.codes.length; i++) {
      add(others.codes[i], others.counts[i], others.examples[i]);
    }
  }

  /** Adds several notes of one kind, with one example. */
  public void add(String code, long count, String example) {
    for (int i = 0; i < codes.length; i++) {
      if (codes[i].equals(code)) {
        counts[i] += count;
        return;
      }
    }
    codes = with(codes, code);
    examples = with(examples, Texts.shortened(example, LONGEST_EXAMPLE));
    long[] more = Arrays.copyOf(counts, counts.length + 1);
    more[counts.length] = count;
    counts = more;
  }

  private static String[] with(String[] texts, String text) {
    List<String> more = new ArrayList<>(List.of(texts));
    more.add(text);
    return more.toArray(String[]::new);
  }

  /** Returns whether there are no notes. */
  public boolean isEmpty() {
    return codes.length == 0;
  }

  /** Returns the kinds, in the order of their first notes. */
  public String[] getCodes() {
    return codes;
  }

  public void setCodes(String[] codes) {
    this.codes = codes;
  }

  /** Returns the number of notes of each kind. */
  public long[] getCounts() {
    return counts;
  }

  public void setCounts(long[] counts) {
    this.counts = counts;
  }

  /** Returns one example of each kind. */
  public String[] getExamples() {
    return examples;
  }

  public void setExamples(String[] examples) {
    this.examples = examples;
  }

  /** Declares the type information, so that Flink uses no generic serialiser for any field. */
  public static final class Info extends TypeInfoFactory<EventNotes> {
    @Override
    public TypeInformation<EventNotes> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> genericParameters) {
      return Types.POJO(
          EventNotes.class,
          Map.of(
              "codes",
              BasicArrayTypeInfo.STRING_ARRAY_TYPE_INFO,
              "counts",
              PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO,
              "examples",
              BasicArrayTypeInfo.STRING_ARRAY_TYPE_INFO));
    }
  }
}
