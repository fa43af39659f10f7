package io.groundstream.operators.archive.read;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.archive.plan.ArchiveUnit;
import io.groundstream.operators.archive.read.Sample.Member;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.event.NoteCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes events of the samples of a tar shard. For one thread. */
final class SampleEvents {
  /**
   * What a sample may hold beside pictures that becomes attributes, by suffix; JSON first, whose
   * members win.
   */
  static final List<String> SIDECARS = List.of("json", "txt", "cls");

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
    gather(sample, attributes);
    FolderAttributes.addTo(attributes, events.fileName());
    for (Map.Entry<String, Member> picture : sample.pictures().entrySet()) {
      boolean isFirst = picture.getKey().equals(sample.pictures().firstKey());
      String imageId = events.stem() + "/" + sample.key() + (isFirst ? "" : "." + picture.getKey());
      records.add(picture(picture.getValue(), imageId, attributes));
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

  private EventRecord picture(Member picture, String imageId, Attributes attributes) {
    byte[] bytes = picture.bytes();
    TarEntry entry = picture.entry();
    String position = position(entry);
    ImageEvent event =
        position.equals(entry.name()) ? events.event(position, imageId).build() : null;
    if (bytes == null || event == null) {
      return ofMember(picture, event);
    }
    attributes.putInto(event);
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

  private static void gather(Sample sample, Attributes attributes) {
    for (String suffix : SIDECARS) {
      Member member = sample.sidecars().get(suffix);
      if (member == null) {
        continue;
      }
      String file = fileName(member.entry());
      byte[] bytes = member.bytes();
      String name = NAMES.get(suffix);
      if (bytes == null) {
        attributes.omit(file, NoteCode.SIDECAR_INVALID, member.message());
      } else if (name == null) {
        attributes.addJsonFile(file, bytes);
      } else {
        attributes.addTextFile(file, name, bytes);
      }
    }
  }

  private static String fileName(TarEntry entry) {
    return entry.name().substring(entry.name().lastIndexOf('/') + 1);
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
