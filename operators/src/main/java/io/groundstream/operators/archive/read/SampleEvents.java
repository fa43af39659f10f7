package io.groundstream.operators.archive.read;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.archive.plan.ArchiveUnit;
import io.groundstream.operators.archive.read.Attributes.AttributeException;
import io.groundstream.operators.archive.read.Sample.Member;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes events of the samples of a tar shard. For one thread. */
final class SampleEvents {
  /** What a sample may hold beside pictures that becomes attributes, by suffix. */
  static final Set<String> SIDECARS = Set.of("json", "txt", "cls");

  private static final String JSON = "json";

  /** The attributes that text and class become. */
  private static final Map<String, String> NAMES = Map.of("txt", "text", "cls", "cls");

  private static final int LONGEST_POSITION = 4096;
  private static final int LONGEST_SHOWN = 200;

  private final EventMaker events;
  private final ReadContext context;

  SampleEvents(ArchiveUnit unit, ReadContext context) {
    this.events = new EventMaker(unit);
    this.context = context;
  }

  /** Returns what stands for something wrong with the shard as a whole. */
  EventRecord ofShard(OperatorErrorCode code, String message) {
    return events.failure(code, null, "", "", message);
  }

  /** Returns what stands for something wrong with an entry that belongs to no sample. */
  EventRecord ofEntry(TarEntry entry, OperatorErrorCode code, String message) {
    return events.failure(code, null, position(entry), where(entry), message);
  }

  /** Returns all that a sample becomes; nothing if it holds neither pictures nor sidecars. */
  List<EventRecord> of(Sample sample) {
    if (sample.isDuplicate()) {
      return sample.pictures().isEmpty() && sample.sidecars().isEmpty()
          ? List.of()
          : List.of(
              ofEntry(
                  sample.first(),
                  OperatorErrorCode.DUPLICATE_KEY,
                  "its key came before in this shard, and not just before (expected: all entries"
                      + " of a key beside each other)"));
    }
    List<EventRecord> records = new ArrayList<>();
    Attributes attributes = new Attributes(context.settings());
    Member broken = sample.pictures().isEmpty() ? null : gather(sample, attributes);
    for (Map.Entry<String, Member> picture : sample.pictures().entrySet()) {
      boolean isFirst = picture.getKey().equals(sample.pictures().firstKey());
      String imageId = events.stem() + "/" + sample.key() + (isFirst ? "" : "." + picture.getKey());
      records.add(picture(picture.getValue(), imageId, attributes, broken));
    }
    for (Member repeated : sample.repeated()) {
      records.add(ofMember(repeated, null));
    }
    if (records.isEmpty() && !sample.sidecars().isEmpty()) {
      records.add(
          ofEntry(
              sample.first(),
              OperatorErrorCode.PICTURE_MISSING,
              "no picture beside it (expected: one of the same key, before or after it; see"
                  + " archive.picture-suffixes)"));
    }
    return records;
  }

  private EventRecord picture(
      Member picture, String imageId, Attributes attributes, @Nullable Member broken) {
    byte[] bytes = picture.bytes();
    TarEntry entry = picture.entry();
    String position = position(entry);
    ImageEvent event =
        position.equals(entry.name()) ? events.event(position, imageId).build() : null;
    if (bytes == null || event == null) {
      return ofMember(picture, event);
    }
    if (broken != null && broken.code() != null) {
      return events.failure(
          broken.code(), event, position, where(broken.entry()), broken.message());
    }
    event.setAttributes(attributes.values());
    event.setImageBytes(ByteBuffer.wrap(bytes));
    return events.record(event, position, entry.modificationTime());
  }

  private EventRecord ofMember(Member member, @Nullable ImageEvent event) {
    OperatorErrorCode code = member.code();
    if (code == null) {
      throw new IllegalStateException("neither bytes nor a failure");
    }
    return events.failure(
        code, event, position(member.entry()), where(member.entry()), member.message());
  }

  /** Gathers the attributes; returns the sidecar that cannot be read, if there is one. */
  private static @Nullable Member gather(Sample sample, Attributes attributes) {
    for (Map.Entry<String, Member> sidecar : sample.sidecars().entrySet()) {
      Member member = sidecar.getValue();
      byte[] bytes = member.bytes();
      if (bytes == null) {
        return member;
      }
      try {
        if (sidecar.getKey().equals(JSON)) {
          attributes.addJson(bytes);
        }
      } catch (AttributeException e) {
        return failed(member, e);
      }
    }
    // After JSON, whose members come first.
    for (Map.Entry<String, String> name : NAMES.entrySet()) {
      Member member = sample.sidecars().get(name.getKey());
      byte[] bytes = member == null ? null : member.bytes();
      if (member == null || bytes == null) {
        continue;
      }
      try {
        attributes.add(name.getValue(), text(bytes));
      } catch (AttributeException e) {
        return failed(member, e);
      }
    }
    return null;
  }

  private static Member failed(Member member, AttributeException e) {
    return Member.failed(member.entry(), e.code(), String.valueOf(e.getMessage()));
  }

  private static String text(byte[] bytes) throws AttributeException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString().strip();
    } catch (CharacterCodingException e) {
      throw new AttributeException(
          OperatorErrorCode.SIDECAR_INVALID, "no text in UTF-8 (expected: that)");
    }
  }

  private static String position(TarEntry entry) {
    String name = entry.name();
    return name.length() > LONGEST_POSITION ? name.substring(0, LONGEST_SHOWN) + "…" : name;
  }

  private static String where(TarEntry entry) {
    String name = entry.name();
    return "entry "
        + entry.number()
        + " ("
        + (name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name)
        + ")";
  }
}
